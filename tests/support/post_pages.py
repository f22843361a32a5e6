"""Answers of platforms about posts, in the platforms' shapes and in words of our own."""

import json
from typing import Any

X_TEXT = "Two rockets fell near the Orda bridge at 06:10, the bakery is on fire https://t.co/aaa https://t.co/pic1"
X_WORDS = "Two rockets fell near the Orda bridge at 06:10, the bakery is on fire https://orda.example/list"
X_USER = {"name": "Orda Watch", "screen_name": "orda_watch", "id_str": "77"}
X_ENTITIES = {"urls": [{"url": "https://t.co/aaa", "expanded_url": "https://orda.example/list"}],
              "media": [{"url": "https://t.co/pic1"}]}
X_MEDIA = [
    {"type": "photo", "media_url_https": "https://pbs.twimg.com/media/OrdaBridge1.jpg", "url": "https://t.co/pic1",
     "ext_alt_text": "Smoke over a bridge"},
    {"type": "video", "media_url_https": "https://pbs.twimg.com/ext_tw_video_thumb/9/img/s.jpg",
     "url": "https://t.co/pic1", "video_info": {"variants": [
         {"content_type": "application/x-mpegURL", "url": "https://video.twimg.com/9/pl.m3u8"},
         {"content_type": "video/mp4", "bitrate": 256000, "url": "https://video.twimg.com/9/320.mp4"},
         {"content_type": "video/mp4", "bitrate": 2176000, "url": "https://video.twimg.com/9/1280.mp4"}]}}]


def x_graphql(**changes: Any) -> dict[str, Any]:
    """The answer of TweetResultByRestId."""
    result = {
        "__typename": "Tweet", "rest_id": "656781234567890123",
        "core": {"user_results": {"result": {"__typename": "User", "legacy": X_USER}}},
        "edit_control": {"edit_tweet_ids": ["656781000000000000", "656781234567890123"]},
        "quoted_status_result": {"result": {
            "__typename": "Tweet", "rest_id": "656700000000000001",
            "core": {"user_results": {"result": {"core": {"name": "Village council", "screen_name": "v_council"}}}},
            "legacy": {"id_str": "656700000000000001", "created_at": "Wed Oct 21 03:00:00 +0000 2015",
                       "full_text": "The road to the mill is closed"}}},
        "legacy": {"id_str": "656781234567890123", "created_at": "Wed Oct 21 06:20:11 +0000 2015",
                   "full_text": X_TEXT, "entities": X_ENTITIES, "extended_entities": {"media": X_MEDIA},
                   "in_reply_to_status_id_str": "656780000000000000", "in_reply_to_screen_name": "orda_watch",
                   "quoted_status_id_str": "656700000000000001"}, **changes}
    return {"data": {"tweetResult": {"result": result}}}


def x_syndication(**changes: Any) -> dict[str, Any]:
    """The answer of cdn.syndication.twimg.com/tweet-result."""
    return {"__typename": "Tweet", "id_str": "656781234567890123", "text": X_TEXT, "user": X_USER,
            "created_at": "2015-10-21T06:20:11.000Z", "entities": X_ENTITIES, "mediaDetails": X_MEDIA,
            "edit_control": {"edit_tweet_ids": ["656781234567890123"]}, "isEdited": False,
            "in_reply_to_status_id_str": "656780000000000000", "in_reply_to_screen_name": "orda_watch",
            "parent": {"id_str": "656780000000000000", "text": "Planes over the valley", "user": X_USER,
                       "created_at": "2015-10-21T06:01:00.000Z"},
            "quoted_tweet": {"__typename": "Tweet", "id_str": "656700000000000001", "user":
                             {"name": "Village council", "screen_name": "v_council"},
                             "text": "The road to the mill is closed", "created_at": "2015-10-21T03:00:00.000Z"},
            **changes}


X_QUOTATION = """<blockquote class="twitter-tweet"><p lang="en" dir="ltr">Two rockets fell near the Orda bridge at
06:10, the bakery is on fire <a href="https://t.co/aaa">https://t.co/aaa</a></p>&mdash; Orda Watch (@orda_watch)
<a href="https://twitter.com/orda_watch/status/656781234567890123?ref_src=x">October 21, 2015</a></blockquote>"""
X_OEMBED = {"url": "https://twitter.com/orda_watch/status/656781234567890123", "author_name": "Orda Watch",
            "author_url": "https://twitter.com/orda_watch", "html": X_QUOTATION, "provider_name": "Twitter"}
X_TOMBSTONE = {"__typename": "TweetTombstone", "tombstone": {"text": {
    "text": "This Post was deleted by the Post author. Learn more"}}}
X_PAGE = """<html><body><article data-testid="tweet"><div data-testid="User-Name"><a href="/orda_watch">Orda Watch</a>
<a href="/orda_watch/status/656781234567890123"><time datetime="2015-10-21T06:20:11.000Z">Oct 21</time></a></div>
<div data-testid="tweetText"><span>Two rockets fell near the Orda bridge</span></div>
<img src="https://pbs.twimg.com/media/OrdaBridge1?format=jpg&amp;name=small" alt="Smoke over a bridge">
<img src="https://pbs.twimg.com/profile_images/1/me.jpg"></article></body></html>"""
X_OLD_PAGE = """<html><body><div class="tweet permalink-tweet" data-tweet-id="656781234567890123"
data-name="Orda Watch" data-screen-name="orda_watch"><p class="tweet-text">Two rockets fell near the Orda bridge
<a class="u-hidden" href="https://t.co/pic1">pic.twitter.com/pic1</a></p><span class="_timestamp"
data-time="1445408411"></span><div class="AdaptiveMedia-photoContainer"
data-image-url="https://pbs.twimg.com/media/OrdaBridge1.jpg"></div></div></body></html>"""

TELEGRAM = """<html><body><section>
<div class="tgme_widget_message js-widget_message" data-post="ordavalley/101">
 <a class="tgme_widget_message_owner_name" href="https://t.me/ordavalley"><span>Orda Valley Civil Defence</span></a>
 <a class="tgme_widget_message_reply" href="https://t.me/ordavalley/99"><span
   class="tgme_widget_message_author_name">Orda Valley Civil Defence</span><div
   class="tgme_widget_message_text js-message_reply_text">Siren at the mill</div></a>
 <a class="tgme_widget_message_photo_wrap" href="https://t.me/ordavalley/101?single"
   style="width:453px;background-image:url('https://cdn4.telesco.pe/file/bridge-one.jpg')"></a>
 <a class="tgme_widget_message_photo_wrap" href="https://t.me/ordavalley/102?single"
   style="background-image:url('https://cdn4.telesco.pe/file/bridge-two.jpg')"></a>
 <div class="tgme_widget_message_text js-message_text" dir="auto">The bridge was hit <b>twice</b>.<br/>Nobody was on
it.</div>
 <div class="tgme_widget_message_footer"><span class="tgme_widget_message_meta">edited <a
   class="tgme_widget_message_date" href="https://t.me/ordavalley/101"><time datetime="2015-10-21T07:05:00+00:00"
   class="time">07:05</time></a></span></div></div>
<div class="tgme_widget_message js-widget_message" data-post="ordavalley/104">
 <a class="tgme_widget_message_owner_name"><span>Orda Valley Civil Defence</span></a>
 <span class="tgme_widget_message_forwarded_from_name">Mill road news</span>
 <div class="message_media_not_supported_wrap"><div class="message_media_not_supported">This media is not supported in
your browser</div></div>
 <div class="tgme_widget_message_text js-message_text">Film of the rescue</div>
 <span class="tgme_widget_message_meta"><a class="tgme_widget_message_date" href="https://t.me/ordavalley/104"><time
   datetime="2015-10-21T08:00:00+00:00">08:00</time></a></span></div>
<div class="tgme_widget_message js-widget_message" data-post="ordavalley/105">
 <a class="tgme_widget_message_video_player" href="https://t.me/ordavalley/105"><i
   class="tgme_widget_message_video_thumb" style="background-image:url('https://cdn4.telesco.pe/file/still.jpg')"></i><video
   src="https://cdn4.telesco.pe/file/rescue.mp4?token=1"></video></a>
 <span class="tgme_widget_message_meta"><a class="tgme_widget_message_date"><time
   datetime="2015-10-21T09:30:00+00:00">09:30</time></a></span></div>
</section></body></html>"""
TELEGRAM_GONE = """<html><body><div class="tgme_widget_message_error">Post not found</div></body></html>"""

MASTODON = {"id": "105432109876543210", "url": "https://social.example/@orda/105432109876543210",
            "uri": "https://social.example/users/orda/statuses/105432109876543210",
            "created_at": "2021-01-03T10:00:00.000Z", "edited_at": "2021-01-03T11:00:00.000Z", "spoiler_text": "",
            "content": "<p>The school roof is gone.</p><p>Lessons go on in the barn.</p>",
            "account": {"acct": "orda", "display_name": "Orda news", "url": "https://social.example/@orda"},
            "in_reply_to_id": "105432100000000000", "reblog": None, "media_attachments": [
                {"type": "image", "url": "https://files.social.example/original/roof.jpg",
                 "preview_url": "https://files.social.example/small/roof.jpg", "description": "A roof with a hole"}]}

BLUESKY = {"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": {
    "uri": "at://did:plc:orda/app.bsky.feed.post/3korda", "cid": "c", "indexedAt": "2024-05-01T09:00:01.000Z",
    "author": {"did": "did:plc:orda", "handle": "orda.example", "displayName": "Orda"},
    "record": {"$type": "app.bsky.feed.post", "text": "Smoke over the bakery", "createdAt": "2024-05-01T09:00:00.000Z",
               "reply": {"parent": {"uri": "at://did:plc:orda/app.bsky.feed.post/3kparent"}}},
    "embed": {"$type": "app.bsky.embed.recordWithMedia#view", "media": {"images": [
        {"fullsize": "https://cdn.bsky.app/img/feed_fullsize/a.jpg", "thumb": "https://cdn.bsky.app/img/thumb/a.jpg",
         "alt": "Smoke"}]}, "record": {"record": {
             "uri": "at://did:plc:mill/app.bsky.feed.post/3kquoted", "author": {"handle": "mill.example"},
             "value": {"text": "The mill is safe", "createdAt": "2024-05-01T08:00:00.000Z"}}}}}}}

_PLAYER = {"playabilityStatus": {"status": "OK"}, "videoDetails": {
    "videoId": "OrdaBridg3A", "title": "Rescue at the Orda bridge", "author": "Orda Valley Civil Defence",
    "channelId": "UCorda", "shortDescription": "Filmed from the mill road.\nNo cuts.", "thumbnail": {"thumbnails": [
        {"url": "https://i.ytimg.com/vi/OrdaBridg3A/default.jpg", "width": 120},
        {"url": "https://i.ytimg.com/vi/OrdaBridg3A/maxresdefault.jpg", "width": 1920}]}},
    "microformat": {"playerMicroformatRenderer": {"uploadDate": "2015-10-21T02:30:00-07:00",
                                                  "ownerProfileUrl": "http://www.youtube.com/@ordavalley"}}}


def youtube_page(player: dict[str, Any] = _PLAYER) -> str:
    """A watch page."""
    return ('<html><head><meta property="og:url" content="https://www.youtube.com/watch?v=OrdaBridg3A"><meta '
            'property="og:description" content="Filmed from the mill road."><title>x</title></head><body><script>'
            f"var ytInitialPlayerResponse = {json.dumps(player)};var meta = 1;</script></body></html>")


YOUTUBE_REMOVED = {"playabilityStatus": {"status": "ERROR", "reason": "Video unavailable", "errorScreen": {
    "playerErrorMessageRenderer": {"subreason": {"simpleText": "This video has been removed by the uploader"}}}}}
YOUTUBE_COUNTRY = {"playabilityStatus": {"status": "UNPLAYABLE", "reason": "Video unavailable", "errorScreen": {
    "playerErrorMessageRenderer": {"subreason": {"simpleText":
        "The uploader has not made this video available in your country"}}}}}

INSTAGRAM = {"items": [{"code": "CordaBr1dgE", "taken_at": 1445408411, "user": {
    "username": "orda.photos", "full_name": "Orda photos"}, "caption": {"text": "The bridge this morning"},
    "carousel_media": [{"image_versions2": {"candidates": [
        {"url": "https://scontent.example.cdninstagram.com/s.jpg", "width": 320},
        {"url": "https://scontent.example.cdninstagram.com/l.jpg", "width": 1440}]}}, {
            "video_versions": [{"url": "https://scontent.example.cdninstagram.com/v.mp4", "width": 720}]}]}]}
INSTAGRAM_EMBED = """<html><body><img class="EmbeddedMediaImage" src="https://scontent.example.cdninstagram.com/l.jpg">
<div class="Caption"><a class="CaptionUsername">orda.photos</a><br>The bridge this morning<div
class="CaptionComments">View all comments</div></div></body></html>"""

FACEBOOK = {"data": {"node": {"__typename": "Story", "post_id": "10153000000000001", "actors": [
    {"name": "Orda Valley Council", "url": "https://www.facebook.com/ordacouncil"}], "creation_time": 1445408411,
    "message": {"text": "The shelter in the school is open."}, "wwwURL":
        "https://www.facebook.com/ordacouncil/posts/10153000000000001", "attachments": [{"media": {
            "__typename": "Photo", "photo_image": {"uri": "https://scontent.fbcdn.example/big.jpg", "width": 2048},
            "image": {"uri": "https://scontent.fbcdn.example/small.jpg", "width": 480}}}]}}}
FACEBOOK_PLUGIN = """<html><body><span class="fwb"><a>Orda Valley Council</a></span><abbr data-utime="1445408411"
>x</abbr><div class="userContent"><p>The shelter in the school is open.</p></div></body></html>"""

ARTICLE = """<html><head><meta property="og:title" content="What happened at the bridge"><meta property="og:url"
content="https://news.example/bridge"><meta property="og:description" content="Two rockets, no dead ..."><meta
property="og:image" content="/bridge.jpg"><script type="application/ld+json">{"@type": "NewsArticle", "url":
"https://news.example/bridge", "author": [{"name": "Ada Lind"}, {"name": "Tom Reyes"}], "headline":
"What happened at the bridge", "datePublished": "2015-10-21T10:00:00+02:00", "articleBody":
"Two rockets fell. Nobody died."}</script></head><body></body></html>"""

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Orda</title>
<atom:link rel="next" href="https://news.example/feed?page=2"/>
<item><title>Bridge</title><link>https://news.example/bridge</link><guid>b-2</guid><pubDate>Wed, 21 Oct 2015 08:00:00
 GMT</pubDate><description>&lt;p&gt;Two rockets fell.&lt;/p&gt;</description><enclosure url="https://news.example/b.mp3"
 type="audio/mpeg"/></item>
<item><title>Mill</title><link>https://news.example/mill</link><guid>b-1</guid><pubDate>Tue, 20 Oct 2015 08:00:00 GMT
</pubDate></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Orda</title><entry><id>urn:b2</id><title>Bridge</title><link
href="https://news.example/bridge"/><published>2015-10-21T08:00:00Z</published><author><name>Ada</name></author>
<content type="html">&lt;p&gt;Two rockets fell.&lt;/p&gt;</content></entry></feed>"""
JSON_FEED = {"version": "https://jsonfeed.org/version/1.1", "title": "Orda", "next_url": "https://news.example/f2",
             "items": [{"id": "b2", "url": "https://news.example/bridge", "content_html": "<p>Two rockets fell.</p>",
                        "date_published": "2015-10-21T08:00:00Z", "authors": [{"name": "Ada"}]}]}
