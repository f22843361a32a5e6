"""Walls and pages in six languages, drawn up from sentences of our own and wrapped as sites wrap theirs.

No sentence was taken from the rules, and none was put into them. A wall stands in several frames, because what
surrounds it (bars of links, footers, sign-in boxes, drawings) is larger than the wall; so do pages with content.
"""

from collections.abc import Iterator
from dataclasses import dataclass

WALLS: dict[str, dict[str, str]] = {
    "en": {
        "login": "You'll have to be one of us to read on. Enter your e-mail address and we will send you a code.",
        "members": "Only people whom the owner of this circle has let in can read what is written here.",
        "gone": "Whatever stood at this address stands here no more, or you mistyped. Perhaps it was taken down by who put it up.",
        "broken": "Something on our side is not working as it should. We have been told and are looking into it, come back later.",
        "busy": "You have asked for a great deal in a short while. Give it some minutes and then have another go.",
        "country": "The holder of the rights does not let us show this recording where you appear to be at the moment.",
        "age": "What follows is meant for grown-ups alone. Tell us the day you were born before you go on.",
        "consent": ("Before we go on: we and our 812 partners keep cookies on your device for advertising, measurement and tracking. Your consent "
                    "holds for this site, your preferences can be changed at any time under privacy. Vendors may process cookies on other grounds."),
    },
    "ru": {
        "login": "Чтобы читать дальше, станьте одним из нас. Укажите номер телефона, и мы пришлём код.",
        "members": "Записи этого сообщества видят лишь те, кого принял его владелец.",
        "gone": "По этому адресу больше ничего нет, либо вы ошиблись при наборе. Возможно, материал убрал тот, кто его разместил.",
        "broken": "У нас что-то работает не так, как должно. Мы уже знаем об этом, загляните позже.",
        "busy": "Вы слишком часто обращаетесь к нам. Подождите несколько минут и повторите попытку.",
        "country": "Правообладатель не разрешил показывать эту запись там, где вы сейчас находитесь.",
        "age": "Дальше идут материалы только для взрослых. Назовите дату своего рождения.",
        "consent": ("Прежде чем продолжить: мы и наши партнёры храним файлы cookie для рекламы и измерений. Ваше согласие относится к этому сайту, "
                    "настройки можно изменить в разделе конфиденциальность. Партнёры обрабатывают файлы cookies и на иных основаниях."),
    },
    "ar": {
        "login": "لمتابعة القراءة انضم إلينا أولا. أدخل رقم هاتفك وسنرسل إليك رمزا.",
        "members": "لا يرى ما يكتب هنا إلا من قبله صاحب هذه المجموعة.",
        "gone": "لم يعد في هذا العنوان شيء أو أنك أخطأت في كتابته. ربما أزاله من نشره.",
        "broken": "هناك خلل عندنا ونحن نعمل على إصلاحه. عد إلينا بعد قليل.",
        "busy": "طلباتك كثيرة في وقت قصير. انتظر بضع دقائق ثم أعد المحاولة.",
        "country": "صاحب الحقوق لا يسمح لنا بعرض هذا التسجيل حيث أنت الآن.",
        "age": "ما يلي للبالغين وحدهم. اكتب تاريخ ميلادك قبل أن تكمل.",
        "consent": ("قبل أن نبدأ: نحن مع شركائنا نخزن ملفات تعريف الارتباط لأجل الإعلانات والقياس. تسري موافقتك على هذا الموقع، "
                    "ويمكن تغيير التفضيلات في أي وقت من صفحة الخصوصية. قد يعالج شركاؤنا ملفات الارتباط لأسباب أخرى."),
    },
    "fr": {
        "login": "Pour lire la suite, rejoignez-nous. Indiquez votre adresse et nous vous enverrons un code.",
        "members": "Seules les personnes admises par le propriétaire de ce cercle lisent ce qui s'y écrit.",
        "gone": "Il n'y a plus rien à cette adresse, ou bien vous l'avez mal saisie. Celui qui l'avait publié l'a peut-être retiré.",
        "broken": "Quelque chose ne fonctionne pas chez nous. Nous sommes prévenus et nous y travaillons, revenez plus tard.",
        "busy": "Vous avez demandé beaucoup en peu de temps. Patientez quelques minutes puis recommencez.",
        "country": "Le titulaire des droits ne nous laisse pas montrer cet enregistrement là où vous semblez être.",
        "age": "La suite est réservée aux adultes. Dites-nous votre date de naissance avant de continuer.",
        "consent": ("Avant de continuer : avec nos partenaires, nous déposons des cookies et autres traceurs pour la publicité et la mesure. Votre consentement "
                    "vaut pour ce site, vos préférences se changent sous confidentialité. Des partenaires utilisent ces cookies à d'autres titres."),
    },
    "es": {
        "login": "Para seguir leyendo, únete a nosotros. Escribe tu correo y te mandaremos un código.",
        "members": "Solo las personas que el dueño de este círculo ha admitido leen lo que se escribe aquí.",
        "gone": "En esta dirección ya no queda nada, o la escribiste mal. Quizá lo retiró quien lo puso.",
        "broken": "Algo de nuestro lado no funciona como debería. Ya lo sabemos y lo estamos mirando, vuelve más tarde.",
        "busy": "Has pedido mucho en poco tiempo. Espera unos minutos y prueba otra vez.",
        "country": "El titular de los derechos no nos deja mostrar esta grabación donde pareces estar.",
        "age": "Lo que sigue es para adultos. Dinos tu fecha de nacimiento antes de continuar.",
        "consent": ("Antes de seguir: nosotros y nuestros socios guardamos cookies para publicidad, medición y rastreo. Tu consentimiento vale para este sitio, "
                    "tus preferencias se cambian en privacidad. Algunos socios usan cookies por otros motivos."),
    },
    "tr": {
        "login": "Okumayı sürdürmek için aramıza katılın. Adresinizi yazın, size bir kod gönderelim.",
        "members": "Burada yazılanları yalnızca topluluğun sahibinin kabul ettiği kişiler okuyabilir.",
        "gone": "Bu adreste artık bir şey yok ya da adresi yanlış yazdınız. Belki de koyan kişi geri çekmiştir.",
        "broken": "Bizim tarafta bir şeyler yolunda gitmiyor. Haberimiz var, ilgileniyoruz, biraz sonra yine uğrayın.",
        "busy": "Kısa sürede çok fazla istekte bulundunuz. Birkaç dakika bekleyip yeniden deneyin.",
        "country": "Hak sahibi bu kaydı bulunduğunuz yerde göstermemize izin vermiyor.",
        "age": "Bundan sonrası yetişkinler içindir. Devam etmeden doğum tarihinizi söyleyin.",
        "consent": ("Devam etmeden önce: ortaklarımız ve biz reklam ile ölçüm için çerezler saklıyoruz. Verdiğiniz onay bu site içindir, "
                    "tercihleri gizlilik bölümünde değiştirebilirsiniz. Ortaklarımız çerezleri başka nedenlerle de işleyebilir."),
    },
}
STORIES: dict[str, str] = {
    "en": ("The shelling of the northern quarter began shortly before noon and went on for two hours. Three houses along the canal burnt down. "
           "A nurse at the field hospital counted nine people with wounds, among them two children. The mayor asked the villages across the river "
           "to take in whoever had to leave. Toward the evening a lorry with bread reached the square."),
    "ru": ("Обстрел северного квартала начался незадолго до полудня и длился два часа. Три дома у канала сгорели дотла. Медсестра полевого госпиталя "
           "насчитала девять раненых, среди них двое детей. Глава посёлка попросил деревни за рекой принять тех, кому пришлось уехать. К вечеру на площадь "
           "добрался грузовик с хлебом, и люди стояли за ним до темноты."),
    "ar": ("بدأ قصف الحي الشمالي قبل الظهر بقليل واستمر ساعتين كاملتين. احترقت ثلاثة بيوت على ضفة القناة. أحصت ممرضة في المشفى الميداني تسعة جرحى بينهم طفلان. "
           "طلب رئيس البلدة من القرى الواقعة وراء النهر أن تستقبل من اضطر إلى الرحيل. ومع المساء وصلت إلى الساحة شاحنة محملة بالخبز ووقف الناس أمامها حتى حل الظلام."),
    "fr": ("Le bombardement du quartier nord a commencé peu avant midi et a duré deux heures. Trois maisons au bord du canal ont brûlé. Une infirmière de l'hôpital "
           "de campagne a compté neuf blessés, dont deux enfants. Le maire a demandé aux villages de l'autre rive d'accueillir ceux qui devaient partir. "
           "Vers le soir, un camion de pain est arrivé sur la place."),
    "es": ("El bombardeo del barrio norte empezó poco antes del mediodía y duró dos horas. Tres casas junto al canal se quemaron. Una enfermera del hospital de campaña "
           "contó nueve heridos, entre ellos dos niños. El alcalde pidió a los pueblos del otro lado del río que acogieran a quienes tenían que irse. "
           "Al caer la tarde llegó a la plaza un camión con pan."),
    "tr": ("Kuzey mahallesinin bombalanması öğleden az önce başladı ve iki saat sürdü. Kanal boyunca üç ev yandı. Sahra hastanesindeki bir hemşire ikisi çocuk dokuz yaralı "
           "saydı. Belediye başkanı nehrin karşısındaki köylerden, ayrılmak zorunda kalanları kabul etmelerini istedi. Akşama doğru meydana ekmek taşıyan bir kamyon ulaştı "
           "ve insanlar hava kararana kadar başında bekledi."),
}
_LINKS = "".join(f"<li><a href=/{n}>Rubric {n}</a></li>" for n in range(90))
_BAR, _FOOT = f"<nav><ul>{_LINKS}</ul></nav>", f"<footer><p>Imprint and terms of the house, all rights kept.</p><ul>{_LINKS}</ul></footer>"
_BOX = "<form><label>E-mail</label><input type=email><input type=password><button>Go on</button></form>"
_DIALOG = "<div role=dialog><h2>Hello again</h2><p>Pick how you would like to go on from here, it takes a minute.</p><button>Go on</button></div>"
_BANNER = "<div role=dialog><p>We use cookies. You may read about cookies under privacy.</p><button>Fine</button></div>"
FRAMES: dict[str, tuple[str, str]] = {
    "bare": ("", ""),
    "with bars": (_BAR, _FOOT),
    "with a form": ("", _BOX),
    "with bars and a form": (_BAR, _BOX + _FOOT),
    "with a dialog": (_BAR + _DIALOG, _FOOT),
    "with a cookie banner": (_BAR, _BANNER + _FOOT),
}
PAGE_FRAMES = ("bare", "with bars", "with a dialog", "with a cookie banner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One page of the corpus."""

    name: str
    language: str
    html: str
    pictures: int = 0  # of its main content, fetched whole


def walls() -> Iterator[Sample]:
    """Every wall of every language in every frame, at status 200 and at the address that was asked for."""
    for language, kinds in WALLS.items():
        for kind, words in kinds.items():
            for frame, (above, below) in FRAMES.items():
                html = f"<html lang={language}><title>Ondas</title>{above}<main><h1>Ondas</h1><p>{words}</p></main>{below}</html>"
                yield Sample(name=f"{language}: {kind}, {frame}", language=language, html=html)


def pages() -> Iterator[Sample]:
    """What a capture is for: articles, short notices, pictures with captions, articles that speak of walls."""
    for language, story in STORIES.items():
        notice = WALLS[language]
        bodies = {
            "article": (f"<p>{story}</p>" * 8, 0),
            "notice": (f"<p>{story}</p>", 0),
            "pictures": ("".join(f"<figure><img src=/{n}.jpg><figcaption>{n}</figcaption></figure>" for n in range(4)), 4),
            "article on walls": (f"<p>{story}</p><blockquote>{notice['login']}</blockquote><p>{story}</p><blockquote>{notice['gone']}</blockquote><p>{story}</p>", 0),
            "article on consent": (f"<p>{story}</p><p>{story}</p><p>{story}</p><blockquote>{notice['consent']}</blockquote><p>{story}</p>" * 2, 0),
        }
        for kind, (body, pictures) in bodies.items():
            for frame in PAGE_FRAMES:
                above, below = FRAMES[frame]
                title = story.split(".", 1)[0]
                html = f"<html lang={language}><title>{title}</title>{above}<main><h1>{title}</h1>{body}</main>{below}</html>"
                yield Sample(name=f"{language}: {kind}, {frame}", language=language, html=html, pictures=pictures)
