// AWS signature version 4, made by hand so that tests can make it wrong ("Signature Calculations for the Authorization
// Header" in Amazon's S3 API reference).
import crypto from "node:crypto";

export const sha256 = (bytes) => crypto.createHash("sha256").update(bytes).digest("hex");
const hmac = (key, text) => crypto.createHmac("sha256", key).update(text).digest();
const encoded = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
export const amzTime = (date) => date.toISOString().replace(/[-:]|\.\d+/g, "");

export const signingKey = (secret, scope) => scope.split("/").reduce(hmac, `AWS4${secret}`);

/// The signature of a request. `headers`: those that are covered, in lower case.
export function signature({ method, path, query = "", headers, payload, secret, time, scope }) {
  const canonicalQuery = query.split("&").filter((one) => one !== "").map((one) => {
    const [name, value = ""] = one.split("=");
    return `${encoded(decodeURIComponent(name))}=${encoded(decodeURIComponent(value))}`;
  }).sort().join("&");
  const names = Object.keys(headers).sort();
  const request = [method, path, canonicalQuery, ...names.map((name) => `${name}:${String(headers[name]).trim()}`), "", names.join(";"), payload].join("\n");
  return hmac(signingKey(secret, scope), ["AWS4-HMAC-SHA256", time, scope, sha256(request)].join("\n")).toString("hex");
}

/// The headers of a signed request. `payload`: what x-amz-content-sha256 says.
export function signed({ method, path, query = "", headers = {}, host, body = "", payload = sha256(body), key, date = new Date(), region = "auto" }) {
  const time = amzTime(date);
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const all = { ...headers, host, "x-amz-date": time, "x-amz-content-sha256": payload };
  const value = signature({ method, path, query, headers: all, payload, secret: key.secretAccessKey, time, scope });
  return { ...all, authorization: `AWS4-HMAC-SHA256 Credential=${key.accessKeyId}/${scope}, SignedHeaders=${Object.keys(all).sort().join(";")}, Signature=${value}` };
}

/// The target of a presigned request.
export function presigned({ method, path, host, key, date = new Date(), expires = 60, region = "auto" }) {
  const time = amzTime(date);
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`${key.accessKeyId}/${scope}`)}&X-Amz-Date=${time}&X-Amz-Expires=${expires}&X-Amz-SignedHeaders=host`;
  const value = signature({ method, path, query, headers: { host }, payload: "UNSIGNED-PAYLOAD", secret: key.secretAccessKey, time, scope });
  return `${path}?${query}&X-Amz-Signature=${value}`;
}

/// A body in chunks that are signed one after the other from the signature of the request on. `damage(i, chunk)` may
/// change what is sent of the chunk.
export function signedChunks({ pieces, secret, time, scope, seed, damage = (_i, chunk) => chunk }) {
  let previous = seed;
  return Buffer.concat([...pieces, Buffer.alloc(0)].map((piece, i) => {
    previous = hmac(signingKey(secret, scope), ["AWS4-HMAC-SHA256-PAYLOAD", time, scope, previous, sha256(""), sha256(piece)].join("\n")).toString("hex");
    return damage(i, Buffer.concat([Buffer.from(`${piece.length.toString(16)};chunk-signature=${previous}\r\n`), piece, Buffer.from("\r\n")]));
  }));
}
