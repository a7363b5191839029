#!/usr/bin/env python3
"""Restores an encrypted Holdfast archive without Holdfast: an executable form of docs/FORMAT.md.

Needs Python 3.9 and the package "cryptography"; for compressed archives also the command "zstd".

  holdfast_reader.py REPOSITORY [--backup ULID] [--key REF]... [--identity REF]...
                     [--repository-key REF] [--repository-key-id HEX] [--payload FILE] [--ids FILE]

REPOSITORY is a directory. REF is env:NAME (64 hexadecimal digits) or file:/path (exactly 32 bytes): --key for a key that
archives are encrypted for, --identity for the private key of an x25519: recipient, --repository-key for the repository key where
it is at hand. Files appear under their names only when everything agreed. Ends with status 0, or 1 and one line that says why not.
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import tempfile

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FRAME = 65536
TAG = 16
ROLES = {1: b'holdfast v1 payload', 2: b'holdfast v1 payload ids'}
MAX_JSON = 1 << 20


class Refused(Exception):
    """What was found is not what must be there."""


# --- keys -------------------------------------------------------------------------------------------------------------------

def hmac_sha256(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf_extract(salt, key):
    return hmac_sha256(salt or bytes(32), key)


def hkdf_expand(prk, info, length):
    out, block, n = b'', b'', 1
    while len(out) < length:
        block = hmac_sha256(prk, block + info + bytes([n]))
        out, n = out + block, n + 1
    return out[:length]


def hkdf(key, salt, info):
    return hkdf_expand(hkdf_extract(salt, key), info, 32)


def raw(public_key):
    return public_key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def hpke_schedule(shared, encapsulated, recipient, info):
    """RFC 9180, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; the key and the nonce of the first message."""
    def extract(suite, salt, label, data):
        return hkdf_extract(salt, b'HPKE-v1' + suite + label + data)

    def expand(suite, prk, label, data, length):
        return hkdf_expand(prk, length.to_bytes(2, 'big') + b'HPKE-v1' + suite + label + data, length)

    kem, suite = b'KEM\x00\x20', b'HPKE\x00\x20\x00\x01\x00\x02'
    secret = expand(kem, extract(kem, b'', b'eae_prk', shared), b'shared_secret', encapsulated + recipient, 32)
    context = b'\x00' + extract(suite, b'', b'psk_id_hash', b'') + extract(suite, b'', b'info_hash', info)
    secret = extract(suite, secret, b'secret', b'')
    return expand(suite, secret, b'key', context, 32), expand(suite, secret, b'base_nonce', context, 12)


def unwrap_symmetric(key, wrapped, context):
    require(len(wrapped) == 81 and wrapped[0] == 1, 'a wrapped key of another form')
    return opened(hkdf(key, wrapped[1:33], b'holdfast v1 wrap'), bytes(12), wrapped[33:], context, 'a wrapped key')


def unwrap_x25519(private, wrapped, context):
    require(len(wrapped) == 81 and wrapped[0] == 1, 'a wrapped key of another form')
    mine = X25519PrivateKey.from_private_bytes(private)
    shared = mine.exchange(X25519PublicKey.from_public_bytes(wrapped[1:33]))
    key, nonce = hpke_schedule(shared, wrapped[1:33], raw(mine.public_key()), b'holdfast v1 wrap\n' + context)
    return opened(key, nonce, wrapped[33:], b'', 'a wrapped key')


def data_key_context(repository, backup):
    return ('holdfast v1 data key\n%s\n%s' % (repository, backup)).encode('ascii')


def repository_key_context(repository):
    return ('holdfast v1 repository key\n%s' % repository).encode('ascii')


def opened(key, nonce, sealed, associated, what):
    try:
        return AESGCM(key).decrypt(nonce, sealed, associated)
    except InvalidTag:
        raise Refused('%s cannot be opened: wrong key, or its bytes have changed' % what) from None


def load(reference):
    scheme, _, name = reference.partition(':')
    if scheme == 'env':
        text = os.environ.get(name, '').strip()
        require(re.fullmatch('[0-9a-fA-F]{64}', text), '%s does not hold 64 hexadecimal digits' % reference)
        return bytes.fromhex(text)
    require(scheme == 'file', '%s is neither env:NAME nor file:/path' % reference)
    with open(name, 'rb') as file:
        key = file.read(33)
    require(len(key) == 32, '%s does not hold exactly 32 bytes' % reference)
    return key


class Keys:
    """The keys that this reader was given; what an archive says selects among them and nothing else."""

    def __init__(self, references, identities):
        self.symmetric = {reference: load(reference) for reference in references}
        self.private = {}
        for reference in identities:
            private = load(reference)
            public = raw(X25519PrivateKey.from_private_bytes(private).public_key())
            self.private['x25519:' + public.hex()] = private

    def unwrap(self, fields, context):
        """The key, and whether anybody could have wrapped it; nothing if it is for somebody else."""
        reference, wrapped = fields['reference'], base64.b64decode(fields['wrapped'], validate=True)
        if reference in self.symmetric:
            return unwrap_symmetric(self.symmetric[reference], wrapped, context), False
        if reference in self.private:
            return unwrap_x25519(self.private[reference], wrapped, context), True
        return None


# --- sealed JSON ------------------------------------------------------------------------------------------------------------

SEAL = re.compile(rb'"mac" : "([0-9a-f]{64})"\n}\n\Z')


def seal_key(repository_key):
    return hkdf(repository_key, b'', b'holdfast v1 seal')


def seal_digits(repository_key, data):
    """The digits that belong at the end of a control object, whose own are 64 zeros here."""
    return hmac_sha256(seal_key(repository_key), data).hex()


def unproven(path):
    with open(path, 'rb') as file:
        data = file.read(MAX_JSON + 1)
    require(len(data) <= MAX_JSON, '%s is larger than 1 MiB' % path)

    def unique(pairs):
        fields = dict(pairs)
        require(len(fields) == len(pairs), '%s names a field twice' % path)
        return fields

    fields = json.loads(data.decode('utf-8'), object_pairs_hook=unique)
    require(isinstance(fields, dict), '%s is not an object' % path)
    return fields, data


def proven(path, repository_key, kind):
    fields, data = unproven(path)
    found = SEAL.search(data)
    require(found, '%s does not end with a MAC' % path)
    zeroed = data[:found.start(1)] + b'0' * 64 + data[found.end(1):]
    require(hmac.compare_digest(seal_digits(repository_key, zeroed).encode(), found.group(1)), '%s: MAC disagrees' % path)
    require(fields.get('object') == kind, '%s is not a %s' % (path, kind))
    return fields


# --- data objects -----------------------------------------------------------------------------------------------------------

def header(role, repository, backup, store):
    out = b'HFE1' + bytes([role])
    for text in (repository, backup, store):
        out += bytes([len(text.encode('utf-8'))]) + text.encode('utf-8')
    return out


def nonce(counter, last):
    return bytes(3) + counter.to_bytes(8, 'big') + bytes([1 if last else 0])


def decrypt(file, key, role, repository, backup, store):
    """The plain bytes of each frame in turn."""
    expected = header(role, repository, backup, store)
    stored = file.read(len(expected) + 32)
    require(len(stored) == len(expected) + 32 and stored.startswith(expected), 'the header is not that of this object')
    cipher = AESGCM(hkdf(key, stored[len(expected):], ROLES[role]))
    counter, frame = 0, file.read(FRAME + TAG)
    while True:
        following = file.read(FRAME + TAG)
        last = not following
        require(len(frame) >= TAG and not (len(frame) == TAG and counter), 'frame %d is cut off' % counter)
        try:
            yield cipher.decrypt(nonce(counter, last), frame, stored)
        except InvalidTag:
            raise Refused('frame %d cannot be opened: wrong key, or its bytes have changed' % counter) from None
        if last:
            return
        counter, frame = counter + 1, following


def check_stored(path, size, sha256):
    digest = hashlib.sha256()
    require(os.path.getsize(path) == size, '%s does not have %d bytes' % (path, size))
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            digest.update(block)
    require(digest.hexdigest() == sha256, '%s: SHA-256 disagrees' % path)


def decode(path, out, compression, *decrypting):
    """Decrypts and decompresses a stored object into a file."""
    require(compression in ('zstd', 'none'), 'compression "%s" is unknown' % compression)
    with open(path, 'rb') as file:
        if compression == 'none':
            for plain in decrypt(file, *decrypting):
                out.write(plain)
        else:
            out.flush()
            zstd = subprocess.Popen(['zstd', '-d', '-q', '-c'], stdin=subprocess.PIPE, stdout=out)
            try:
                for plain in decrypt(file, *decrypting):
                    zstd.stdin.write(plain)
            finally:
                zstd.stdin.close()
                status = zstd.wait()
            require(status == 0, '%s cannot be decompressed' % path)
    out.flush()


# --- a backup ---------------------------------------------------------------------------------------------------------------

def json_files(folder):
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return [os.path.join(folder, name) for name in names if name.endswith('.json')]


def find_repository_key(root, keys, trusted_id):
    """Out of keys/: one that only a holder of our keys can have wrapped, or the one with the trusted id."""
    for path in json_files(os.path.join(root, 'keys')):
        fields, _ = unproven(path)
        if fields.get('object') != 'key' or 'backup_id' in fields:
            continue
        found = keys.unwrap(fields, repository_key_context(fields['repository_id']))
        if not found:
            continue
        key, anybody = found
        key_id = hkdf(key, b'', b'holdfast v1 repository key id')[:16].hex()
        require(not trusted_id or key_id == trusted_id, '%s: expected repository key %s, found %s' % (path, trusted_id, key_id))
        require(trusted_id or not anybody, '%s: anybody can wrap a key for a public key; if %s is the id of your repository key,'
                ' say so with --repository-key-id' % (path, key_id))
        proven(path, key, 'key')
        return key
    raise Refused('no repository key at the destination is wrapped for a key that was given')


def newest(root, repository_key):
    for backup in sorted(os.listdir(os.path.join(root, 'backups')), reverse=True):
        folder = os.path.join(root, 'backups', backup)
        path = os.path.join(folder, 'manifest.json')
        if os.path.exists(path) and not os.path.exists(os.path.join(folder, 'deleting.json')):
            if unproven(path)[0].get('object') == 'manifest':
                return backup
    raise Refused('there is no published backup')


def restore(root, backup, repository_key, keys, payload, ids):
    folder = os.path.join(root, 'backups', backup)
    manifest = proven(os.path.join(folder, 'manifest.json'), repository_key, 'manifest')
    require(manifest['manifest_version'] == 1, 'the manifest has an unknown version')
    require(manifest['backup_id'] == backup, 'the manifest is that of another backup')
    require(manifest['encryption'] == 'aes-256-gcm', 'the backup is not encrypted')
    names = (manifest['repository_id'], backup, manifest['store_id'])
    if ids:
        path, entry = os.path.join(folder, 'payload-ids.bin'), manifest['payload_ids']
        check_stored(path, entry['size_bytes'], entry['sha256'])
        decode(path, ids, manifest['compression'], repository_key, 2, *names)
        check_ids(ids.name, repository_key, entry)
    if payload:
        path = os.path.join(folder, 'payload.bin')
        check_stored(path, manifest['size_bytes'], manifest['sha256'])
        data_key = find_data_key(folder, repository_key, keys, manifest['repository_id'], backup)
        decode(path, payload, manifest['compression'], data_key, 1, *names)
        require(os.path.getsize(payload.name) == manifest['plain_size_bytes'], 'the payload has another plain size')


def find_data_key(folder, repository_key, keys, repository, backup):
    for path in json_files(os.path.join(folder, 'keys')):
        fields = proven(path, repository_key, 'key')
        require((fields['repository_id'], fields.get('backup_id')) == (repository, backup), '%s belongs elsewhere' % path)
        found = keys.unwrap(fields, data_key_context(repository, backup))
        if found:
            return found[0]
    raise Refused('the data key of backup %s is not wrapped for a key that was given' % backup)


def check_ids(path, repository_key, entry):
    mac = hmac.new(hkdf(repository_key, b'', b'holdfast v1 payload ids digest'), digestmod=hashlib.sha256)
    count = 0
    with open(path, 'rb') as file:
        for line in file:
            mac.update(line)
            count += 1
    require((count, mac.hexdigest()) == (entry['count'], entry['plain_digest']), 'the payload ids are not those of the manifest')


def require(condition, message):
    if not condition:
        raise Refused(message)


def run(args):
    keys = Keys(args.key, args.identity)
    repository_key = load(args.repository_key) if args.repository_key else (
        find_repository_key(args.repository, keys, args.repository_key_id))
    backup = args.backup or newest(args.repository, repository_key)
    files = [open_beside(target) for target in (args.payload, args.ids)]
    try:
        restore(args.repository, backup, repository_key, keys, *files)
        for file, target in zip(files, (args.payload, args.ids)):
            if file:
                file.close()
                os.replace(file.name, target)
    finally:
        for file in files:
            if file and os.path.exists(file.name):
                file.close()
                os.unlink(file.name)
    print(backup)


def open_beside(target):
    """A file that only its owner can read, until it is known to be whole."""
    if not target:
        return None
    return tempfile.NamedTemporaryFile(dir=os.path.dirname(os.path.abspath(target)), delete=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('repository')
    parser.add_argument('--backup')
    parser.add_argument('--key', action='append', default=[])
    parser.add_argument('--identity', action='append', default=[])
    parser.add_argument('--repository-key')
    parser.add_argument('--repository-key-id')
    parser.add_argument('--payload')
    parser.add_argument('--ids')
    try:
        run(parser.parse_args())
    except (Refused, OSError, ValueError, KeyError) as e:
        print('REFUSED %s' % e, file=sys.stderr)
        sys.exit(1)


if __name__ == '__main__':
    main()
