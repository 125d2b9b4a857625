// A Worker that performs operations on its bucket B as requested over HTTP.
const hash = async (bytes) =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");

/// `size` bytes in which every place differs from its neighbours; the test makes the same.
const pattern = (size) => {
  const bytes = new Uint8Array(size);
  for (let i = 0, state = 1; i < size; ++i) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
};

const described = (object) => ({
  key: object.key,
  size: object.size,
  etag: object.etag,
  version: object.version,
  http: object.httpMetadata,
  custom: object.customMetadata,
});

export default {
  async fetch(request, env) {
    const call = await request.json();
    if (call.op === "ping") return Response.json(true);
    if (call.op === "put") {
      const body = call.size === undefined ? Uint8Array.from(atob(call.base64), (c) => c.charCodeAt(0)) : pattern(call.size);
      return Response.json(described(await env.B.put(call.key, body, call.options ?? {})));
    }
    if (call.op === "head") {
      const found = await env.B.head(call.key);
      return Response.json(found && described(found));
    }
    if (call.op === "get") {
      const found = await env.B.get(call.key, call.options ?? {});
      if (!found) return Response.json(null);
      const bytes = await found.arrayBuffer();
      return Response.json({ ...described(found), read: bytes.byteLength, sha256: await hash(bytes) });
    }
    if (call.op === "list") {
      const page = await env.B.list(call.options ?? {});
      return Response.json({ keys: page.objects.map((o) => o.key), prefixes: page.delimitedPrefixes, truncated: page.truncated });
    }
    if (call.op === "delete") {
      await env.B.delete(call.keys);
      return Response.json(true);
    }
    if (call.op === "multipart") {
      const upload = await env.B.createMultipartUpload(call.key, call.options ?? {});
      const body = pattern(call.size);
      const parts = [];
      for (let at = 0; at < call.size; at += call.part) parts.push(await upload.uploadPart(parts.length + 1, body.slice(at, at + call.part)));
      if (call.leave) return Response.json(upload.uploadId);
      return Response.json(described(await upload.complete(parts)));
    }
    if (call.op === "upload part") {
      const upload = env.B.resumeMultipartUpload(call.key, call.id);
      try {
        await upload.uploadPart(9, pattern(10));
        return Response.json(true);
      } catch {
        return Response.json(false);
      }
    }
    return new Response("what?", { status: 400 });
  },
};
