"""Looks for secrets in files and texts, in every form in which one gets about.

    search = SecretSearch()
    search.add("operator key", bytes.fromhex(...))      raw bytes that are shown in hexadecimal
    search.add("password", b"correct horse")            a text
    search.in_bytes("the log", data)                    -> [("operator key", "hex", "the log"), ...]
    search.in_folder(path, without=(...))

A form is what is left of a secret when some program writes it: raw, hexadecimal of either case,
base64 at each of the three alignments (both alphabets), percent codes, and the same of the bytes
in reversed order, as curve libraries and Bitcoin keep numbers.
"""
import base64
import pathlib


def _base64(secret):
    """What every base64 of a text that contains the secret contains, whatever stands before it."""
    for lead in range(3):
        whole = base64.b64encode(bytes(lead) + secret)
        yield whole[-(-lead * 8 // 6):(lead + len(secret)) * 8 // 6]    # Six bits a digit.


def forms(secret):
    """Pairs (name, bytes to look for)."""
    for order, value in (("", secret), ("reversed ", secret[::-1])):
        yield order + "raw", value
        yield order + "hex", value.hex().encode()
        yield order + "HEX", value.hex().upper().encode()
        for number, text in enumerate(_base64(value)):
            yield f"{order}base64/{number}", text
            yield f"{order}base64url/{number}", text.translate(bytes.maketrans(b"+/", b"-_"))
        yield order + "percent", "".join(f"%{byte:02X}" for byte in value).encode()
        yield order + "percent lower", "".join(f"%{byte:02x}" for byte in value).encode()


class SecretSearch:
    def __init__(self):
        self.secrets = {}

    def add(self, name, secret):
        assert len(secret) >= 12, f"{name} is too short to be looked for"
        self.secrets[name] = list(dict((text, form) for form, text in forms(secret)).items())

    def in_bytes(self, where, data, only=None):
        if isinstance(data, str):
            data = data.encode(errors="surrogateescape")
        return [(name, form, where) for name, texts in self.secrets.items() if not only or name in only
                for text, form in texts if text in data]

    def in_folder(self, folder, without=()):
        found = []
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and path not in without:
                found += self.in_bytes(str(path), path.read_bytes())
        return found
