"""Makes legacy_hashes.tsv: password hashes by other software, for the tests of `adapters/legacy_password.rs`.

Not needed to build or test; run once, on Debian 12, with

    apt-get install apache2-utils slapd slapd-contrib
    pip install passlib==1.7.4 bcrypt==4.0.1 argon2-cffi==25.1.0 Django==5.2.19
    python3 make_legacy_hashes.py > legacy_hashes.tsv

Each line: the tool that made the hash, the password, the hash. Salts are random, so each run makes other lines. Costs are
low where the tool lets them be, so that the tests are quick.
"""

import subprocess

import django
from django.conf import settings
from django.contrib.auth import hashers
from passlib import hash as passlib

PASSWORDS = ["Lac-Bleu-42", "Mot de passe à l’été", "p:w\"q',{}$%\\", "x"]
LONG = "0123456789" * 7 + "ab" + "what bcrypt does not read"


def line(tool, password, text):
    print(tool, password, text, sep="\t")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def htpasswd():
    for cost, password in zip(("4", "5", "10", "5"), PASSWORDS):
        line("htpasswd -B", password, output("htpasswd", "-nbB", "-C", cost, "u", password).split(":", 1)[1])


def slappasswd():
    schemes = [
        ("{SSHA}", []),
        ("{SSHA512}", ["-o", "module-load=pw-sha2.so"]),
        ("{PBKDF2}", ["-o", "module-load=pw-pbkdf2.so"]),
        ("{PBKDF2-SHA1}", ["-o", "module-load=pw-pbkdf2.so"]),
        ("{PBKDF2-SHA256}", ["-o", "module-load=pw-pbkdf2.so"]),
        ("{PBKDF2-SHA512}", ["-o", "module-load=pw-pbkdf2.so"]),
        ("{ARGON2}", ["-o", "module-load=argon2.so"]),
    ]
    for scheme, module in schemes:
        for password in PASSWORDS:
            line("slappasswd -h " + scheme, password, output("slappasswd", *module, "-h", scheme, "-s", password))


def python_passlib():
    kinds = [
        ("bcrypt 2b", passlib.bcrypt.using(rounds=4, ident="2b", truncate_error=False)),
        ("bcrypt 2a", passlib.bcrypt.using(rounds=4, ident="2a", truncate_error=False)),
        ("bcrypt 2y", passlib.bcrypt.using(rounds=4, ident="2y", truncate_error=False)),
        ("ldap_bcrypt", passlib.ldap_bcrypt.using(rounds=4)),
        ("pbkdf2_sha1", passlib.pbkdf2_sha1.using(rounds=1000)),
        ("pbkdf2_sha256", passlib.pbkdf2_sha256.using(rounds=1000)),
        ("pbkdf2_sha512", passlib.pbkdf2_sha512.using(rounds=1000, salt_size=32)),
        ("ldap_pbkdf2_sha1", passlib.ldap_pbkdf2_sha1.using(rounds=1000)),
        ("ldap_pbkdf2_sha256", passlib.ldap_pbkdf2_sha256.using(rounds=1000)),
        ("ldap_pbkdf2_sha512", passlib.ldap_pbkdf2_sha512.using(rounds=1000)),
        ("ldap_salted_sha1", passlib.ldap_salted_sha1.using(salt_size=16)),
        ("ldap_salted_sha512", passlib.ldap_salted_sha512),
        ("argon2id", passlib.argon2.using(type="ID", memory_cost=256, rounds=2, parallelism=2)),
        ("argon2i", passlib.argon2.using(type="I", memory_cost=256, rounds=3, parallelism=1)),
        ("argon2d", passlib.argon2.using(type="D", memory_cost=256, rounds=1, parallelism=4, digest_size=16)),
        ("django_pbkdf2_sha256", passlib.django_pbkdf2_sha256.using(rounds=1000)),
        ("django_pbkdf2_sha1", passlib.django_pbkdf2_sha1.using(rounds=1000)),
    ]
    for name, kind in kinds:
        for password in PASSWORDS:
            line("passlib " + name, password, kind.hash(password))
        line("passlib " + name, LONG, kind.hash(LONG))


def python_django():
    settings.configure()
    django.setup()
    kinds = [
        hashers.PBKDF2PasswordHasher(),
        hashers.PBKDF2SHA1PasswordHasher(),
        hashers.Argon2PasswordHasher(),
        hashers.BCryptPasswordHasher(),
    ]
    for kind in kinds:
        for password in PASSWORDS[:2]:
            cost = {"iterations": 1200} if hasattr(kind, "iterations") else {}
            line("Django " + kind.algorithm, password, kind.encode(password, kind.salt(), **cost))


htpasswd()
slappasswd()
python_passlib()
python_django()
