import { constants, createECDH, createPrivateKey, privateEncrypt, randomBytes } from 'node:crypto';
import type { CardKeySpec } from './spec.ts';
import { tlv } from './tlv.ts';

const CURVES = {
  p256: {
    name: 'prime256v1',
    bytes: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  p384: {
    name: 'secp384r1',
    bytes: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
} as const;

/** As a card does: over a digest (ECDSA, answered as DER) or a padded block (RSA). */
export function signWithCardKey(key: CardKeySpec, input: Buffer): Buffer {
  const privateKey = createPrivateKey({
    key: Buffer.from(key.pkcs8, 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  if (key.algorithm === 'rsa2048')
    return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, input);
  const secret = Buffer.from(privateKey.export({ format: 'jwk' }).d as string, 'base64url');
  return ecdsa(key.algorithm, number(secret), number(input));
}

/** Node signs no digest with ECDSA, only what it hashes itself. */
function ecdsa(algorithm: 'p256' | 'p384', secret: bigint, digest: bigint): Buffer {
  const { name, bytes, order } = CURVES[algorithm];
  const nonce = (number(randomBytes(bytes)) % (order - 1n)) + 1n;
  const point = createECDH(name);
  point.setPrivateKey(Buffer.from(nonce.toString(16).padStart(bytes * 2, '0'), 'hex'));
  const r = number(point.getPublicKey().subarray(1, 1 + bytes)) % order;
  const s = (inverse(nonce, order) * (digest + r * secret)) % order;
  return tlv(0x30, integer(r), integer(s));
}

const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

function integer(value: bigint): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return tlv(0x02, ...((bytes[0] ?? 0) >= 0x80 ? [Buffer.of(0), bytes] : [bytes]));
}

/** The order is prime: Fermat. */
function inverse(value: bigint, order: bigint): bigint {
  let [result, base, power] = [1n, value % order, order - 2n];
  for (; power > 0n; power >>= 1n) {
    if (power & 1n) result = (result * base) % order;
    base = (base * base) % order;
  }
  return result;
}
