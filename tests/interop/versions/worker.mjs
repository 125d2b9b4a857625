// A Worker that does to its bindings what the test asks for over HTTP, in the JavaScript that every tested wrangler runs.
import { DurableObject } from "cloudflare:workers";

const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const sha256 = async (bytes) =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");

async function entries(kv, call) {
  switch (call.op) {
    case "get": {
      const { value, metadata } = await kv.getWithMetadata(call.key, "arrayBuffer");
      return value && { sha256: await sha256(value), metadata };
    }
    case "put": await kv.put(call.key, bytesOf(call.base64), call.options); return true;
    case "delete": await kv.delete(call.key); return true;
    case "list": return (await kv.list()).keys;
  }
}

const described = ({ key, size, etag, version, httpMetadata, customMetadata }) =>
  ({ key, size, etag, version, httpMetadata, customMetadata });

async function objects(bucket, call) {
  switch (call.op) {
    case "get": {
      const found = await bucket.get(call.key, call.options);
      return found && { ...described(found), sha256: await sha256(await found.arrayBuffer()) };
    }
    case "put": return described(await bucket.put(call.key, bytesOf(call.base64), call.options));
    case "list": return (await bucket.list(call.options)).objects.map(described);
    case "delete": await bucket.delete(call.key); return true;
    case "multipart": {
      const upload = await bucket.createMultipartUpload(call.key, call.options);
      const parts = [];
      for (const [i, { fill, size }] of call.parts.entries()) {
        parts.push(await upload.uploadPart(i + 1, new Uint8Array(size).fill(fill)));
      }
      return described(await upload.complete(parts));
    }
  }
}

export class Counter extends DurableObject {
  async fetch(request) {
    const call = await request.json();
    const storage = this.ctx.storage;
    switch (call.op) {
      // JSON and what it lacks.
      case "put": await storage.put(call.key, call.date ? { at: new Date(call.date), big: 5n, set: new Set([1, "a"]) } : call.value); return Response.json(true);
      case "get": return Response.json((await storage.get(call.key)) ?? null);
      case "describe": {
        const { at, big, set } = await storage.get(call.key);
        return Response.json([at instanceof Date && at.toISOString(), typeof big, set instanceof Set && [...set]]);
      }
      case "delete": return Response.json(await storage.delete(call.key));
      case "keys": return Response.json([...(await storage.list(call.options)).keys()]);
      case "set alarm": await storage.setAlarm(call.time); return Response.json(true);
      case "get alarm": return Response.json(await storage.getAlarm());
      case "sql": return Response.json([...storage.sql.exec(call.sql)]);
      case "id": return Response.json(this.ctx.id.toString());
    }
  }
  async alarm() {
    await this.ctx.storage.put("alarmed", true);
  }
}
export class Room extends Counter {}

const batches = [];

async function answer(request, env) {
  const call = await request.json();
  switch (call.service) {
    case "kv": return entries(env.CACHE, call);
    case "r2": return objects(env.B, call);
    case "d1": return (await env.DB.prepare(call.sql).bind(...(call.params ?? [])).all()).results;
    case "queue": return batches.splice(0);
    case "do": {
      const binding = env[call.binding ?? "COUNTER"];
      const object = binding.get(binding.idFromName(call.name));
      return (await object.fetch("http://object/", { method: "POST", body: JSON.stringify(call) })).json();
    }
    default: return true;
  }
}

export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname === "/queue") {
      const batch = await request.json();
      batches.push(batch);
      return new Response(batch.messages.map(({ id }) => `${JSON.stringify({ id, outcome: "ack" })}\n`).join(""));
    }
    try {
      return Response.json(await answer(request, env));
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
