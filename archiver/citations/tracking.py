"""Query parameters that say who clicked where, never which page is meant: data for `urls.normalise_url`.

1. A name stands here only if removing it gives the same page on every site that uses it; names that some site needs
   to choose content ("ref", "id", "source", "v") stand under the platforms that misuse them, or not at all.
"""

PREFIXES: tuple[str, ...] = (
    "utm_",        # Google Analytics campaign
    "hsa_",        # HubSpot ads
    "mtm_", "pk_",  # Matomo
    "ga_",
    "at_medium", "at_campaign", "at_custom", "at_link", "at_bbc", "at_ptr", "at_format",  # AT Internet, as on bbc.co.uk
)

NAMES: frozenset[str] = frozenset({
    "fbclid", "gclid", "gclsrc", "dclid", "wbraid", "gbraid", "msclkid", "yclid", "ysclid", "twclid", "ttclid",
    "li_fat_id",
    "igshid", "igsh", "ig_rid", "ig_mid", "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "__hstc", "__hssc",
    "vero_id",
    "oly_anon_id", "oly_enc_id", "rb_clickid", "s_cid", "wickedid", "_openstat", "ref_src", "ref_url", "fb_action_ids",
    "fb_action_types", "fb_source", "fb_ref", "action_object_map", "action_type_map", "action_ref_map", "cmpid", "cmp",
    "ocid", "ncid", "sr_share", "ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "ns_fee", "spm", "_ga", "_gl",
    "soc_src", "soc_trk", "tduid", "mbid", "smid", "partner_id_share", "guccounter", "guce_referrer",
    "guce_referrer_sig",
    "xtor", "__twitter_impression", "cn-reloaded",
})


def is_tracking(name: str) -> bool:
    """Whether a query parameter of this name only tracks; case is ignored."""
    folded = name.lower()
    return folded in NAMES or folded.startswith(PREFIXES)
