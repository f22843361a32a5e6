#!/bin/sh
# Checks a sealed Muniment bundle with what a computer has: sh, awk, sed, find, sort, head, sha256sum (or shasum),
# ssh-keygen and, for timestamps, openssl >= 3.   sh verify.sh [--trust FILE] [--receipt FILE] [--tsa-ca PEM]
# [--require-time] [BUNDLE]   (default: the folder this file lies in)
#
# Exit codes: 0 all that is checked here holds, and you trust the signer; 4 something fails; 5 nothing fails, but
# something could not be confirmed; 2 wrong arguments. "Could not check" is never a pass.
# verify.py and `muniment verify` check more: spelling of bodies and signatures, Merkle roots, item records, the WACZ,
# which key vouches for which event. VERIFY.txt says how to check by hand.
set -u
LC_ALL=C; export LC_ALL; unset CDPATH

usage() { echo "usage: sh verify.sh [--trust FILE] [--receipt FILE] [--tsa-ca PEM] [--require-time] [BUNDLE]" >&2; exit 2; }
absolute() { case $1 in /*) printf '%s\n' "$1" ;; *) printf '%s\n' "$PWD/$1" ;; esac; }

trust='' receipt='' roots='' require_time=no bundle=''
while [ $# -gt 0 ]; do
    case $1 in
        --trust | --receipt | --tsa-ca)
            [ $# -ge 2 ] && [ -r "$2" ] && [ -f "$2" ] || usage
            case $1 in --trust) trust=$(absolute "$2") ;; --receipt) receipt=$(absolute "$2") ;; *) roots=$(absolute "$2") ;; esac
            shift ;;
        --require-time) require_time=yes ;;
        -*) usage ;;
        *) [ -z "$bundle" ] || usage; bundle=$(absolute "$1") ;;
    esac
    shift
done
[ -n "$bundle" ] || bundle=$(absolute "$(dirname "$0")")
cd "$bundle" 2>/dev/null || { echo "verify.sh: not a folder (a .zip must be unpacked first)" >&2; exit 2; }

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
: > "$work/findings"
key='' who='' pass=0

# --- findings: outcome, check, what it is about and what was seen; shown without control characters ---
finding() { printf '%-15s %-22s %s\n' "$1" "$2" "$3" | tr -c ' -~\n' '?' >> "$work/findings"; }
fail() { finding fail "$1" "$2"; }
open() { finding inconclusive "$1" "$2"; }
neutral() { finding not_applicable "$1" "$2"; }
good() { finding pass "$1" "$2"; pass=1; }
each() { while IFS= read -r one; do fail "$1" "$one: $2"; done; }      # one failure for each line of input
says() { grep -q "^$1 " "$work/findings"; }

finish() {
    unchanged='Nothing in this bundle changed since it was sealed:'
    code=5
    if says fail; then
        code=4
        if grep '^fail ' "$work/findings" | grep -qv '^fail  *seal.signer '; then
            answer="$unchanged NO. Do not rely on it; what is wrong is listed below."
        else
            answer="DO NOT RELY ON THIS BUNDLE: it is sealed by key $key, which your list of trusted signers does not confirm."
        fi
    elif grep '^inconclusive ' "$work/findings" | grep -qv '^inconclusive  *seal.signer ' || [ -z "$key" ] || [ $pass = 0 ]; then
        answer="$unchanged COULD NOT BE CHECKED in full; what is open is listed below."
    elif says inconclusive; then
        answer="$unchanged YES. Sealed by key $key: not yet confirmed; ask the sender to read you its words."
    else
        code=0
        answer="$unchanged YES. Sealed by key $key: confirmed, your list of trusted signers says $who."
    fi
    printf '%s\n\n' "$answer" | tr -c ' -~\n' '?'
    for outcome in fail inconclusive not_applicable pass; do grep "^$outcome " "$work/findings"; done
    echo
    echo "Proves: these bytes existed when the seal was made, and the holder of its key vouched for them."
    echo "Does not prove: that a server told the truth, or that the holder of the key did."
    exit $code
}

if command -v sha256sum >/dev/null 2>&1; then hasher='sha256sum'
elif command -v shasum >/dev/null 2>&1; then hasher='shasum -a 256'
else open manifest.sha256 'neither sha256sum nor shasum is on this computer'; finish; fi
hash_of() { $hasher < "$1" | cut -c 1-64; }
in_first_only() { awk 'FILENAME == ARGV[1] { first[$0]; next } FILENAME == ARGV[2] { delete first[$0] }
                       END { for (line in first) print line }' "$1" "$2" | sort; }
differing() { $hasher -c "$1" 2>/dev/null | sed -n 's/: FAILED.*$//p'; }   # of a list of hashes and paths

# --- 1. names are safe, nothing is a link ---
find . -name '*[!A-Za-z0-9._-]*' | each bag.path 'the name has characters other than A-Z a-z 0-9 . _ -'
find . ! -name . \( -name '-*' -o -name '*.' \) | each bag.path 'the name could be read differently elsewhere'
find . ! -type f ! -type d | each bag.path 'is a link or a device: a bundle holds plain files only'
find . | sed 's|^\./||' | awk 'length($0) > 100' | each bag.path 'the name is longer than 100 characters'
find . | tr 'A-Z' 'a-z' | sort | uniq -d | each bag.path 'two names differ only in case'
says fail && finish
good bag.path 'all names are safe, no links'

# --- 2. exactly the listed files, each as listed ---
find . -type f | sed 's|^\./||' | sort > "$work/all"
litter='(^|/)(\.DS_Store|Thumbs\.db|desktop\.ini)$'
printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' > "$work/declaration"
cmp -s "$work/declaration" bagit.txt || fail bag.declaration 'bagit.txt: is not the declaration of a BagIt 1.0 bag'
[ ! -e fetch.txt ] || fail bag.fetch 'fetch.txt: nothing may be fetched from elsewhere'
: > "$work/listed"
for manifest in tagmanifest manifest; do
    list=$manifest-sha256.txt
    [ -f "$list" ] || { fail $manifest.form "$list: is missing"; continue; }
    sed 's/^.\{66\}//' "$list" > "$work/names"
    if [ "$(grep -c '' "$list")" != "$(grep -c '^[0-9a-f]\{64\}  [A-Za-z0-9._/-]*$' "$list")" ]; then
        fail $manifest.form "$list: has lines that are not \`hash, two spaces, path\`"
    elif grep -Eq -e '^/' -e '(^|/)\.\.?(/|$)' -e '//' -e '/$' -e '(^|/)-' "$work/names"; then
        fail bag.path "$list: names a path that leads out of the bundle"
    elif ! sort -c "$work/names" 2>/dev/null || [ -n "$(uniq -d "$work/names")" ]; then
        fail $manifest.form "$list: names a file twice, or is out of order"
    elif { [ $manifest = manifest ] && grep -qv '^data/' "$work/names"; } ||
         { [ $manifest = tagmanifest ] && grep -q '^data/' "$work/names"; }; then
        fail $manifest.form "$list: lists a file of the other manifest"
    else
        cat "$work/names" >> "$work/listed"
        in_first_only "$work/names" "$work/all" | each bag.missing "is missing; $list lists it"
        awk 'FILENAME == ARGV[1] { there[$0]; next } substr($0, 67) in there' "$work/all" "$list" > "$work/sums"
        differing "$work/sums" | each $manifest.sha256 "changed: it is not the file that $list lists"
    fi
done
for needed in bagit.txt bag-info.txt manifest-sha256.txt; do
    grep -qx "$needed" "$work/listed" || fail bag.unlisted "$needed: tagmanifest-sha256.txt does not list it"
done
in_first_only "$work/all" "$work/listed" > "$work/unlisted"
grep -E "$litter" "$work/unlisted" | while IFS= read -r one; do neutral bag.litter "$one: warning: left by an operating system"; done
grep -Ev -e "$litter" -e '^tagmanifest-sha256\.txt(\.[0-9a-f]{16}\.sig|\.[A-Za-z0-9_-]+\.tsr)?$' "$work/unlisted" |
    each bag.unlisted 'is in no manifest: it was added after sealing'
says fail || good manifest.sha256 "$(grep -c '' "$work/listed") files are as listed, none is missing, none was added"

# --- signatures ---
# The first 16 hex digits of a fingerprint: the key's name in file names. Two base64 letters are three hex digits.
key16() {
    printf '%s\n' "${1#SHA256:}" | awk '{
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"; digits = "0123456789abcdef"; out = ""
        for (at = 1; at <= 11; at += 2) {
            n = (index(letters, substr($0, at, 1)) - 1) * 64 + index(letters, substr($0, at + 1, 1)) - 1
            out = out substr(digits, int(n / 256) + 1, 1) substr(digits, int(n / 16) % 16 + 1, 1) substr(digits, n % 16 + 1, 1)
        }
        print substr(out, 1, 16) }'
}
# signed NAMESPACE FILE SIGNATURE: whether it is one by the key that the signature's name gives.
signed() {
    print=$(ssh-keygen -Y check-novalidate -n "$1" -s "$3" < "$2" 2>/dev/null |
        sed -n "s|^Good \"$1\" signature with ED25519 key \(SHA256:[A-Za-z0-9+/]\{43\}\)\$|\1|p")
    named=${3%.sig}; named=${named##*[.-]}
    [ -n "$print" ] && [ "$(key16 "$print")" = "$named" ]
}
signing=yes
command -v ssh-keygen >/dev/null 2>&1 || { signing=no; open seal.signature 'ssh-keygen is not on this computer'; }

# --- 3. the seal ---
set -- tagmanifest-sha256.txt.????????????????.sig
[ -f "$1" ] || { fail seal.missing 'there is no seal: nobody vouches for this bundle'; signing=none; }
[ -f tagmanifest-sha256.txt ] || signing=none      # said above
day=$(sed -n 's/^Bagging-Date: \([0-9]\{4\}\)-\([0-9][0-9]\)-\([0-9][0-9]\)$/\1\2\3/p' bag-info.txt 2>/dev/null | head -n 1)
trusted() {      # a principal for whom SIGNATURE speaks, at the start or the end of the day of the seal
    for moment in "${day}000000Z" "${day}235959Z"; do
        ssh-keygen -Y find-principals -s "$1" -f "$trust" -Overify-time="$moment" 2>/dev/null > "$work/principals"
        while IFS= read -r principal; do
            ssh-keygen -Y verify -f "$trust" -I "$principal" -n seal@muniment -s "$1" -Overify-time="$moment" \
                < tagmanifest-sha256.txt >/dev/null 2>&1 && { printf '%s\n' "$principal"; return 0; }
        done < "$work/principals"
    done
    return 1
}
[ $signing = yes ] && for seal in "$@"; do
    if ! signed seal@muniment tagmanifest-sha256.txt "$seal"; then
        fail seal.signature "$seal: is not a signature over tagmanifest-sha256.txt by the key of its name"
        continue
    fi
    good seal.signature "$seal: sealed by $print"
    if [ -n "$trust" ] && [ -z "$who" ] && who=$(trusted "$seal"); then key=''; fi
    [ -n "$key" ] || key=$(printf '%s' "$named" | tr 'a-f' 'A-F')
done
if [ -n "$key" ]; then
    if [ -z "$trust" ]; then open seal.signer 'no list of trusted signers was given (--trust)'
    elif [ -n "$who" ]; then good seal.signer "your list says $who, on the day that the sealer states, without proof"
    else fail seal.signer 'your list of trusted signers does not confirm this key on the day of the seal'; fi
fi

# --- 4. the ledger is one chain ---
ledger=custody/ledger.jsonl
[ -f $ledger ] || { fail ledger.form "$ledger: there is no ledger"; finish; }
lines=$(grep -c '' $ledger)
hash='sha256:[0-9a-f]\{64\}'
if [ "$lines" != "$(grep -c "^{\"body\":\"$hash\",\"prev\":\"$hash\",\"seq\":[0-9]*}\$" $ledger)" ] || [ "$lines" = 0 ] ||
   [ "$(wc -c < $ledger | tr -d ' ')" != "$(awk '{ n += length($0) + 1 } END { print n }' $ledger)" ]; then
    fail ledger.form "$ledger: has lines that are not of the form of a ledger line"
    finish
fi
awk -F '"' '{ n = $11; sub(/^:/, "", n); sub(/}$/, "", n); if (n != NR - 1 "") print "line " NR - 1 }' $ledger |
    each ledger.seq 'is numbered otherwise'
mkdir "$work/lines"
awk -v folder="$work/lines" '{ file = sprintf("%s/%010d", folder, NR - 1); print > file; close(file) }' $ledger
( cd "$work/lines" && find . -type f | sort | xargs $hasher ) > "$work/line_hashes"
awk -F '"' 'FILENAME == ARGV[1] { after[FNR] = substr($0, 1, 64); next }
    { before = FNR == 1 ? "0000000000000000000000000000000000000000000000000000000000000000" : after[FNR - 1] }
    $8 != "sha256:" before { print "line " FNR - 1 }' "$work/line_hashes" $ledger | each ledger.prev 'does not follow the line before it'

# --- 5. each line has its body ---
awk -F '"' '{ printf "%s  custody/bodies/%010d.json\n", substr($4, 8), NR - 1 }' $ledger > "$work/bodies"
sed 's/^.\{66\}//' "$work/bodies" > "$work/body_names"
awk 'FILENAME == ARGV[1] { there[$0]; next } substr($0, 67) in there' "$work/all" "$work/bodies" > "$work/sums"
differing "$work/sums" | each ledger.body 'is not the body that the ledger names'
last=$(tail -n 1 "$work/body_names")
grep -q '"type":"disclose"' "$last" 2>/dev/null || fail ledger.disclose "$ledger: does not end with a \`disclose\` event"
count_of() { sed -n 's/"claims":\[[^]]*\],//; s/.*"'"$1"'":\([0-9][0-9]*\).*/\1/p' "$last" 2>/dev/null | grep . || echo 0; }
listed_in() { sed -n "s/.*\"$1\":\[\([^]]*\)\].*/\1/p" "$last" 2>/dev/null | tr -d '"' | tr ',' '\n'; }
listed_in withheld_seqs | awk '/^[0-9]+$/ { printf "custody/bodies/%010d.json\n", $0 }' > "$work/withheld"
in_first_only "$work/body_names" "$work/all" > "$work/absent"
in_first_only "$work/absent" "$work/withheld" | each ledger.body 'is missing, and not disclosed as withheld'
xargs grep '"type":"extract"}$' /dev/null < "$work/body_names" 2>/dev/null |
    sed -n 's|^custody/bodies/0*\([0-9][0-9]*\)\.json:{"key":"[^"]*","of":\([0-9][0-9]*\),.*|\2 \1|p' > "$work/extracts"
awk 'FILENAME == ARGV[1] { disclosed[$0]; next }
    FILENAME == ARGV[2] { stated[sprintf("custody/bodies/%010d.json", $1)] = "; event " $2 " states a part of it"; next }
    $0 in disclosed { print $0 ": withheld, as disclosed" stated[$0] }' "$work/withheld" "$work/extracts" "$work/absent" |
    while IFS= read -r one; do neutral ledger.withheld "$one"; done
grep '^custody/bodies/' "$work/all" | grep -Ev "$litter" > "$work/found"
in_first_only "$work/found" "$work/body_names" | each ledger.body 'belongs to no line of the ledger'
says fail || good ledger.prev "$lines lines in one unbroken chain, with their bodies"

# --- 6. checkpoints; 10. receipts ---
checkpoint_form() {
    [ "$(grep -c '' "$1")" = 4 ] && sed -n 1p "$1" | grep -q '^muniment/[0-9a-f]\{32\}$' && sed -n 2p "$1" | grep -q '^[1-9][0-9]\{0,9\}$' &&
        sed -n 3p "$1" | grep -q '^[A-Za-z0-9+/]\{43\}=$' && sed -n 4p "$1" | grep -q '^sha256-prefix [0-9a-f]\{64\}$'
}
contradicts() {      # CHECK NAME FILE: compare a checkpoint with the ledger
    size=$(sed -n 2p "$3")
    of=$(sed -n '1s|^muniment/||p' "$3")
    if [ -f custody/bodies/0000000000.json ]; then grep -q "\"case\":\"$of\"" custody/bodies/0000000000.json
    else grep -qx "External-Identifier: $of" bag-info.txt 2>/dev/null; fi || fail "$1.form" "$2: belongs to another case"
    if [ "$size" -gt "$lines" ]; then
        fail "$1.size" "$2: states $size lines, the ledger has $lines: its end was cut off"
    elif [ "$(head -n "$size" $ledger | $hasher | cut -c 1-64)" != "$(sed -n '4s/^sha256-prefix //p' "$3")" ]; then
        fail "$1.prefix" "$2: the first $size lines of the ledger are not those it was made for"
    fi
}
largest=0
grep '^custody/checkpoints/[0-9]\{10\}$' "$work/all" > "$work/checkpoints"
while IFS= read -r checkpoint; do
    if ! checkpoint_form "$checkpoint" || [ "$(sed -n 2p "$checkpoint")" != "$(echo "${checkpoint##*/}" | sed 's/^0*//')" ]; then
        fail checkpoint.form "$checkpoint: is not of the form of a checkpoint, or under another name"
        continue
    fi
    contradicts checkpoint "$checkpoint" "$checkpoint"
    largest=$size
    signatures=0
    [ $signing = no ] || for signature in "$checkpoint".????????????????.sig; do
        [ -f "$signature" ] || continue
        if signed checkpoint@muniment "$checkpoint" "$signature"; then signatures=1
        else fail checkpoint.signature "$signature: does not hold"; fi
    done
    [ $signing = no ] || [ $signatures = 1 ] || fail checkpoint.signature "$checkpoint: has no signature that holds"
done < "$work/checkpoints"
sed -n 's|^\(custody/checkpoints/[0-9]\{10\}\)\..*|\1|p' "$work/all" | sort -u > "$work/about"
in_first_only "$work/about" "$work/checkpoints" | each checkpoint.missing 'signed, but it is missing'
if [ "$largest" = 0 ]; then fail checkpoint.missing 'there is no checkpoint of the ledger'
elif [ "$largest" -lt "$lines" ]; then fail checkpoint.size 'the last one does not cover the whole ledger'; fi
says fail || good checkpoint.prefix "$(grep -c '' "$work/checkpoints") checkpoints are of this ledger"
if [ -n "$receipt" ]; then
    tr -d '\r' < "$receipt" | sed '/^-----BEGIN/,$d' | sed '/^$/d' > "$work/receipt"
    checkpoint_form "$work/receipt" || { echo "verify.sh: the receipt is not the text of a checkpoint" >&2; exit 2; }
    contradicts receipt "$receipt" "$work/receipt"
    says 'fail  *receipt.[a-z]*' || good receipt.prefix "the ledger begins with the $size lines of the receipt"
else
    neutral receipt.prefix 'no receipt: the key holder could have rewritten all'
fi

# --- 8. each item has the bytes of its event ---
listed_in not_selected > "$work/not_selected"
sed 's/^.\{66\}//' "$work/sums" | while IFS= read -r body; do
    grep -q -e '"type":"capture"' -e '"type":"import"' "$body" && awk '{
        while (match($0, /"id":"ITEM-[0-9]+"/)) {
            id = substr($0, RSTART + 6, RLENGTH - 7); $0 = substr($0, RSTART + RLENGTH)
            at = index($0, "\"sha256\":\""); print substr($0, at + 10, 64) "  " id
        } }' "$body"
done | sort -u > "$work/items"      # an extract may repeat what is said of an item
: > "$work/originals"
while read -r digest item; do
    set -- "data/items/$item/original."*
    if [ -f "$1" ] && [ $# = 1 ]; then echo "$digest  $1" >> "$work/originals"
    elif [ ! -e "data/items/$item" ] && grep -qx "$item" "$work/not_selected"; then
        neutral item.not_selected "$item: not selected for this bundle, as disclosed"
    else fail item.missing "$item: an event names it, but the bundle has not one original of it"; fi
done < "$work/items"
differing "$work/originals" | each item.original 'is not the item that was recorded'
grep '^data/items/' "$work/all" | grep -Ev "$litter" | cut -d / -f 3 | sort -u > "$work/held"
sed 's/^.\{66\}//' "$work/items" | sort -u > "$work/named"
in_first_only "$work/held" "$work/named" | each item.unlisted 'no event in the bundle names this item'
here=$(in_first_only "$work/named" "$work/not_selected" | grep -c .)
held=$(count_of held) included=$(count_of included) kept=$(count_of withheld) left=$(grep -c . "$work/not_selected")
words="held $held, included $included, withheld $kept, not selected $left"
[ "$held" = 0 ] || { [ "$included" = "$here" ] && [ "$held" = $((included + kept + left)) ]; } ||
    fail bundle.account "the bundle does not hold what it says: $words"
neutral bundle.account "$words"
sed -n 's/.*"claims":\[\([^]]*\)\].*/\1/p' "$last" 2>/dev/null | sed 's/},{/}\
{/g' | awk '
    function number(name) { return match($0, "\"" name "\":[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 }
    match($0, /"claim":"CLAIM-[0-9]+"/) { print substr($0, RSTART + 9, RLENGTH - 10) ": contradicted by " number("contradicting") " items: " \
        number("included") " included, " number("withheld") " withheld, " number("not_selected") " not selected" }' |
    while IFS= read -r one; do neutral bundle.claim "$one"; done
says fail || good item.original "$(grep -c '' "$work/originals") items have the bytes that were recorded"

# --- 11. timestamps ---
openssl=no confirmed=no tokens=no
case $(openssl version 2>/dev/null) in "OpenSSL "[3-9]* | "OpenSSL "[1-9][0-9]*) openssl=yes ;; esac
epoch() {      # seconds since 1970 of "Feb  3 04:05:06[.123] 2026 GMT"
    awk '{ month = (index("JanFebMarAprMayJunJulAugSepOctNovDec", $1) + 2) / 3; split($3, t, ":"); year = $4
           if (month <= 2) { year -= 1; month += 12 }
           days = 365 * year + int(year / 4) - int(year / 100) + int(year / 400) + int((153 * (month - 3) + 2) / 5) + $2 - 719469
           printf "%.0f\n", days * 86400 + t[1] * 3600 + t[2] * 60 + int(t[3]) }'
}
grep -e '^custody/checkpoints/[0-9]\{10\}\.[A-Za-z0-9_-]*\.tsr$' -e '^tagmanifest-sha256\.txt\.[A-Za-z0-9_-]*\.tsr$' "$work/all" > "$work/tokens"
while IFS= read -r token; do
    tokens=yes data=${token%.*}; data=${data%.*}
    if [ -z "$roots" ] || [ $openssl = no ]; then
        neutral time.signature "$token: not checked: that needs --tsa-ca and OpenSSL 3 or later"
        continue
    fi
    stamp=$(openssl ts -reply -in "$token" -text 2>/dev/null | sed -n 's/^Time stamp: //p')
    if [ -n "$stamp" ] && openssl ts -verify -data "$data" -in "$token" -CAfile "$roots" -attime "$(echo "$stamp" | epoch)" >/dev/null 2>&1
    then good time.signature "$token: existed on $stamp"; confirmed=yes
    else fail time.signature "$token: is not a timestamp of $data that your roots confirm"; fi
done < "$work/tokens"
grep '^custody/checkpoints/[0-9]\{10\}\.[A-Za-z0-9_-]*\.ots$' "$work/all" > "$work/proofs"
while IFS= read -r proof; do     # OpenTimestamps: 33 bytes of head, then the SHA-256 of the file that it is over
    data=${proof%.*}; data=${data%.*}
    over=$(dd if="$proof" bs=1 skip=33 count=32 2>/dev/null | od -An -v -tx1 | tr -d ' \n')
    if [ "$over" != "$(hash_of "$data" 2>/dev/null)" ]; then fail time.ots "$proof: is not over $data"
    else neutral time.ots "$proof: its way to a block of Bitcoin is not checked by this script"; fi
done < "$work/proofs"
[ $tokens = yes ] || neutral time.token 'no timestamp token: the time of the seal is what the sealer says'
[ $require_time = no ] || [ $confirmed = yes ] || open time.signature 'no confirmed timestamp, and one is required'
finish
