#!/usr/bin/env python3
"""Writes the test vectors of docs/FORMAT.md: vectors.json and the repository below archive/, byte for byte the same each time.

  make_archive.py DIRECTORY

Shares no code with Holdfast. Whatever is random in a real archive counts upwards here, so never use any of these keys.
"""
import base64
import hashlib
import json
import os
import sys

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import holdfast_reader as reader

REPOSITORY, BACKUP = '01JGFJJZ00000000000000000R', '01JGFJJZ00000000000000000B'
STORE, KIND = 'vector-store', 'vector'
TIME = '2025-01-01T00:00:00Z'
REPOSITORY_KEY = bytes(range(0x00, 0x20))
DATA_KEY = bytes(range(0x20, 0x40))
ENV_KEY = bytes(range(0x40, 0x60))
PRIVATE_KEY = bytes(range(0x60, 0x80))
EPHEMERAL = bytes(range(0x80, 0xa0))
SALT = bytes(range(0xa0, 0xc0))
PUBLIC_KEY = reader.raw(X25519PrivateKey.from_private_bytes(PRIVATE_KEY).public_key())
# Two frames, the second of one byte.
PAYLOAD = bytes(i * 31 % 251 for i in range(65537))
IDS = ['block-1', 'block-2', 'bl\u00f6ck']


def wrap_symmetric(key, plain, context):
    return b'\x01' + SALT + AESGCM(reader.hkdf(key, SALT, b'holdfast v1 wrap')).encrypt(bytes(12), plain, context)


def wrap_x25519(public, plain, context):
    ephemeral = X25519PrivateKey.from_private_bytes(EPHEMERAL)
    encapsulated = reader.raw(ephemeral.public_key())
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    key, nonce = reader.hpke_schedule(shared, encapsulated, public, b'holdfast v1 wrap\n' + context)
    return b'\x01' + encapsulated + AESGCM(key).encrypt(nonce, plain, b'')


def encrypt(key, role, plain):
    stored = reader.header(role, REPOSITORY, BACKUP, STORE) + SALT
    cipher = AESGCM(reader.hkdf(key, SALT, reader.ROLES[role]))
    frames = [plain[at:at + reader.FRAME] for at in range(0, len(plain), reader.FRAME)] or [b'']
    out = stored
    for counter, frame in enumerate(frames):
        out += cipher.encrypt(reader.nonce(counter, counter == len(frames) - 1), frame, stored)
    return out


def sealed(fields):
    text = json.dumps(fields, indent=2, sort_keys=True, separators=(',', ' : '), ensure_ascii=False)
    data = (text[:-2] + ',\n  "mac" : "' + '0' * 64 + '"\n}\n').encode('utf-8')
    return data[:-68] + reader.seal_digits(REPOSITORY_KEY, data).encode() + data[-4:]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def wrapped_key(reference, wrapped, **more):
    return sealed({'object': 'key', 'repository_id': REPOSITORY, 'scheme': reference.split(':')[0], 'reference': reference,
                   'wrapped': base64.b64encode(wrapped).decode(), 'created_at': TIME, **more})


def archive():
    """The objects of a repository with one backup for two recipients, not compressed."""
    lines = b''.join(sorted(one.encode('utf-8') + b'\n' for one in IDS))
    payload, ids = encrypt(DATA_KEY, 1, PAYLOAD), encrypt(REPOSITORY_KEY, 2, lines)
    digest_key = reader.hkdf(REPOSITORY_KEY, b'', b'holdfast v1 payload ids digest')
    of_data, of_repository = reader.data_key_context(REPOSITORY, BACKUP), reader.repository_key_context(REPOSITORY)
    env, public = 'env:VECTOR_KEY', 'x25519:' + PUBLIC_KEY.hex()
    folder = 'backups/' + BACKUP + '/'
    names = ['01JGFJJZ0000000000000000K%d.json' % n for n in range(4)]
    common = {'repository_id': REPOSITORY, 'backup_id': BACKUP}
    return {
        'repository.json': sealed({
            'object': 'repository', 'format_version': 1, 'repository_id': REPOSITORY, 'store_kind': KIND,
            'first_store_id': STORE, 'created_at': TIME}),
        'keys/' + names[0]: wrapped_key(env, wrap_symmetric(ENV_KEY, REPOSITORY_KEY, of_repository)),
        'keys/' + names[1]: wrapped_key(public, wrap_x25519(PUBLIC_KEY, REPOSITORY_KEY, of_repository)),
        folder + 'intent.json': sealed({
            'object': 'intent', 'kind': 'manual', 'store_id': STORE, 'job_id': 'vector-job', 'owner': 'vector-owner',
            'started_at': TIME, **common}),
        folder + 'keys/' + names[2]: wrapped_key(env, wrap_symmetric(ENV_KEY, DATA_KEY, of_data), backup_id=BACKUP),
        folder + 'keys/' + names[3]: wrapped_key(public, wrap_x25519(PUBLIC_KEY, DATA_KEY, of_data), backup_id=BACKUP),
        folder + 'payload.bin': payload,
        folder + 'payload-ids.bin': ids,
        folder + 'manifest.json': sealed({
            'object': 'manifest', 'manifest_version': 1, 'kind': 'manual', 'labels': {}, 'created_at': TIME,
            'store_id': STORE, 'store_kind': KIND, 'sha256': sha256(payload), 'size_bytes': len(payload),
            'plain_size_bytes': len(PAYLOAD), 'compression': 'none', 'encryption': 'aes-256-gcm',
            'payload_ids': {'count': len(IDS), 'sha256': sha256(ids), 'size_bytes': len(ids),
                            'plain_digest': reader.hmac_sha256(digest_key, lines).hex()},
            'engine_metadata': {}, 'producer': 'make_archive.py', **common}),
    }


def vectors():
    """The steps on the way, each by its name in docs/FORMAT.md."""
    of_data = reader.data_key_context(REPOSITORY, BACKUP)
    return {
        'repository_id': REPOSITORY, 'backup_id': BACKUP, 'store_id': STORE,
        'repository_key': REPOSITORY_KEY.hex(), 'data_key': DATA_KEY.hex(), 'env_key': ENV_KEY.hex(),
        'private_key': PRIVATE_KEY.hex(), 'public_key': PUBLIC_KEY.hex(), 'ephemeral_private_key': EPHEMERAL.hex(),
        'salt': SALT.hex(),
        'repository_key_id': reader.hkdf(REPOSITORY_KEY, b'', b'holdfast v1 repository key id')[:16].hex(),
        'seal_key': reader.seal_key(REPOSITORY_KEY).hex(),
        'payload_ids_digest_key': reader.hkdf(REPOSITORY_KEY, b'', b'holdfast v1 payload ids digest').hex(),
        'payload_key': reader.hkdf(DATA_KEY, SALT, reader.ROLES[1]).hex(),
        'payload_ids_key': reader.hkdf(REPOSITORY_KEY, SALT, reader.ROLES[2]).hex(),
        'wrapped_for_env': wrap_symmetric(ENV_KEY, DATA_KEY, of_data).hex(),
        'wrapped_for_x25519': wrap_x25519(PUBLIC_KEY, DATA_KEY, of_data).hex(),
        'objects': [
            {'name': name, 'plain': plain.hex(), 'stored': encrypt(DATA_KEY, 1, plain).hex()}
            for name, plain in (('empty', b''), ('one byte', b'\x00'), ('text', b'holdfast'))],
    }


def main():
    target = sys.argv[1]
    objects = {'archive/' + key: data for key, data in archive().items()}
    objects['vectors.json'] = (json.dumps(vectors(), indent=2, sort_keys=True) + '\n').encode()
    for key, data in objects.items():
        path = os.path.join(target, key)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as file:
            file.write(data)


if __name__ == '__main__':
    main()
