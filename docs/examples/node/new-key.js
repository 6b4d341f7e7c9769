// Makes the key of a service: the private half into the file that is named, the public half for its registration.
import { writeFile } from 'node:fs/promises';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';

const file = process.argv[2] ?? 'private.jwk';
const pair = await generateKeyPair('ES256', { extractable: true });
const common = { alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(await exportJWK(pair.publicKey)) };
const privateKey = { ...(await exportJWK(pair.privateKey)), ...common };
// For this user only, and never over another key.
await writeFile(file, JSON.stringify(privateKey), { mode: 0o600, flag: 'wx' });
const { d, ...publicKey } = privateKey;
const members = Object.entries(publicKey).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
console.log(`jwks = { keys = [{ ${members.join(', ')} }] }`);
