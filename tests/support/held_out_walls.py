"""Walls as platforms and sites build them, written down apart from the rules: their words were not taken from there.

Each is (name, kind of wall, status, HTML). No phrase of the rules was taken from them; the limits on words of a page
that is too little to judge were set with them in view.
"""

_BAR = "<header><a>Home</a><a>Explore</a><a>Help</a></header>"
_END = "<footer>About Terms Privacy Cookies Careers</footer>"
_SIGN_IN = "<form><input type=text name=email><input type=password name=pass><button>Continue</button></form>"

HELD_OUT: tuple[tuple[str, str, int, str], ...] = (
    ("a network's sign-in with a list of languages", "login", 200,
     f"<title>Welcome back</title>{_BAR}<p>Connect with friends and the world around you.</p>{_SIGN_IN}{_END}"),
    ("a post behind a sign-in box", "login", 200,
     f"<title>Post by Orda</title>{_BAR}<h2>See more of Orda Watch</h2><p>Create new account</p>{_SIGN_IN}{_END}"),
    ("an authentication page with status 401", "login", 401, "<title>Restricted</title><p>Credentials required</p>"),
    ("a Russian sign-in form", "login", 200, f"<title>Добро пожаловать</title><h1>Мобильная версия</h1>{_SIGN_IN}"),
    ("an Arabic sign-in form", "login", 200, f"<title>أهلا بك</title><p>أدخل رقم الهاتف وكلمة السر</p>{_SIGN_IN}"),
    ("a Turkish sign-in form", "login", 200, f"<title>Hoş geldiniz</title><p>E-posta ve şifre</p>{_SIGN_IN}"),
    ("a paywall's sign-in", "login", 200,
     f"<title>The valley after the strike</title>{_BAR}<p>Already have a subscription?</p>{_SIGN_IN}{_END}"),
    ("a bot check that waits", "challenge", 403,
     "<title>One moment, please...</title><script src=/cdn-cgi/challenge-platform/h/b/orchestrate.js></script>"),
    ("a bot check with a puzzle", "challenge", 200,
     ("<title>Security check</title><p>Slide right to complete the puzzle</p><script src=https://geo.captcha-delivery.com"
     "/captcha/></script>")),
    ("a bot check with status 429", "challenge", 429, "<title>Too many requests</title><p>Slow down</p>"),
    ("a bot check with status 503", "challenge", 503, "<title>DDoS protection</title><p>Please wait 5 seconds</p>"),
    ("a Spanish block with status 403", "challenge", 403, "<title>Acceso denegado</title><p>Referencia 18.2f</p>"),
    ("a post removed by moderators", "gone", 404, "<title>Removed</title><p>Moderators took this down</p>"),
    ("an unknown post with status 404", "gone", 404, f"<title>Hmm</title>{_BAR}<p>Nothing to see</p>{_END}"),
    ("a withdrawn article with status 410", "gone", 410, "<title>Withdrawn</title><p>Withdrawn by the editors</p>"),
    ("an error page that answers 200", "gone", 200,
     f"<title>Error</title>{_BAR}<h1>Oops! Something went wrong</h1><p>Try again later.</p>{_END}"),
    ("a deleted post that answers 200", "gone", 200,
     f"<title>Post</title>{_BAR}<p>Hmm...this page doesn\u2019t exist. Try searching for something else.</p>{_END}"),
    ("a Russian page of a lost post", "gone", 200,
     "<title>Ошибка</title><p>Запись была убрана или ещё не опубликована</p>"),
    ("an Arabic page of a lost post", "gone", 200, "<title>خطأ</title><p>عذرا، حدث خطأ ما. حاول مرة أخرى</p>"),
    ("a French page of a lost video", "gone", 200, "<title>Erreur</title><p>Cette vidéo a été retirée</p>"),
    ("a shell that scripts fill", "blank", 200, "<title>App</title><div id=root></div><script src=/a.js></script>"),
    ("a shell with a word", "blank", 200,
     "<title>App</title><noscript>JavaScript is not available.</noscript><div>Loading</div><script src=a.js></script>"),
    ("a consent page in place of the video", "login", 200,
     ("<title>Before you continue</title><p>We use cookies and data to deliver our services.</p><form action=/save>"
     "<button>Accept all</button><button>Reject all</button></form>")),
    ("a country block with status 451", "country", 451, "<title>451</title><p>Unavailable</p>"),
    ("a country block in the player", "country", 200,
     "<title>Player</title><p>Sorry, because of its licensing this content cannot be shown where you are.</p>"),
    ("a limited account", "private", 200,
     (f"<title>Post</title>{_BAR}<p>You\u2019re unable to view this Post because this account owner limits who "
     f"can view their Posts.</p>{_END}")),
    ("a private group", "private", 200,
     (f"<title>Group</title>{_BAR}<h1>Orda neighbours</h1><p>Private group. Only members can see who\u2019s in it "
     f"and what they post.</p>{_END}")),
    ("an age notice", "age", 200,
     "<title>Sensitive</title><p>This channel may contain adult content. Continue only if you are an adult.</p>"),
)
