"""Addresses that no article cites: advertisements, measurement, consent, comments, logins. Data and its questions."""

import re

_HOSTS = re.compile(
    r"(?:^|\.)(?:doubleclick\.net|googlesyndication\.com|googletagmanager\.com|googletagservices\.com"
    r"|google-analytics\.com|googleadservices\.com|"
    r"2mdn\.net|adservice\.google\.[a-z.]+|amazon-adsystem\.com|adnxs\.com|adsrvr\.org|adform\.net|adition\.com"
    r"|adroll\.com|criteo\.(?:com|net)|"
    r"taboola\.com|outbrain\.com|teads\.tv|rubiconproject\.com|pubmatic\.com|openx\.net|casalemedia\.com"
    r"|smartadserver\.com|yieldlove\.com|"
    r"moatads\.com|scorecardresearch\.com|quantserve\.com|chartbeat\.(?:com|net)|hotjar\.com|newrelic\.com"
    r"|nr-data\.net|mouseflow\.com|"
    r"ioam\.de|iocnt\.net|vgwort\.de|xiti\.com|at-internet\.com|webtrekk\.net|etracker\.(?:com|de)|omtrdc\.net"
    r"|demdex\.net|krxd\.net|bluekai\.com|"
    r"addthis\.com|sharethis\.com|addtoany\.com|disqus\.com|recaptcha\.net|hcaptcha\.com|challenges\.cloudflare\.com"
    r"|cookiebot\.com|cookielaw\.org|onetrust\.com|"
    r"usercentrics\.eu|consensu\.org|privacy-mgmt\.com|sp-prod\.net|widgets\.wp\.com|jetpack\.wordpress\.com"
    r"|pixel\.wp\.com|stats\.wp\.com|"
    r"public-api\.wordpress\.com|gravatar\.com|feedburner\.com|accounts\.google\.com|apis\.google\.com"
    r"|static\.ak\.facebook\.com|"
    r"connect\.facebook\.net|mc\.yandex\.ru|an\.yandex\.ru|top-fwz1\.mail\.ru|counter\.yadro\.ru|liveinternet\.ru"
    r"|rambler\.ru|tns-counter\.ru|"
    r"bat\.bing\.com|tpc\.googlesyndication\.com|s\.w\.org|twemoji\.maxcdn\.com|embedly\.com/widgets|akismet\.com|"
    r"piano\.io"
    r"|tinypass\.com|mailchimp\.com|list-manage\.com)$",
    re.IGNORECASE)
_PATHS = re.compile(
    r"/(?:ns\.html\?id=GTM|gtm\.(?:js|html)|plugins/(?:like|share_button|follow|page|likebox|comments|send)\.php"
    r"|recaptcha/|"
    r"ads?/|adserver|adframe|banner(?:s|ads)?/|pixel\.(?:gif|png|html)|beacon|tracking/|counter(?:\.php|/)|consent"
    r"|newsletter|subscribe|login|signin)",
    re.IGNORECASE)
_WIDGETS = re.compile(
    r"(?:twitter|x)\.com/widgets/(?:tweet_button|follow_button|hub)|"
    r"twitter\.com/widgets/widget_iframe|facebook\.com/(?:plugins/(?:like|share|follow|page)|"
    r"v[\d.]+/plugins/(?:like|share|follow|page|comments))|youtube\.com/subscribe_embed|t\.me/share",
    re.IGNORECASE,
)


def is_noise_frame(url: str, host: str) -> bool:
    """Whether a frame at this address shows an advertisement, a counter, a button or a form."""
    return bool(_HOSTS.search(host.split(":", maxsplit=1)[0]) or _PATHS.search(url) or _WIDGETS.search(url))


def is_noise_host(host: str) -> bool:
    """Whether the host only advertises, measures or asks for consent."""
    return bool(_HOSTS.search(host.split(":", maxsplit=1)[0]))
