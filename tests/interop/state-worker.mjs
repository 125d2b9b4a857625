// A Worker with one store of each kind, which reports and modifies all of their content.
import { DurableObject } from "cloudflare:workers";

const hash = async (bytes) =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");

export class Room extends DurableObject {
  async dump() {
    return {
      values: [...(await this.ctx.storage.list())],
      rows: this.ctx.storage.sql.exec("SELECT * FROM words ORDER BY id").toArray(),
      alarm: await this.ctx.storage.getAlarm(),
    };
  }
  async fill(name) {
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS words(id INTEGER PRIMARY KEY, word TEXT)");
    for (let i = 0; i < 20; ++i) this.ctx.storage.sql.exec("INSERT INTO words(word) VALUES(?)", `${name} ${i}`);
    await this.ctx.storage.put({ name, list: [1, "two", { three: 3 }], many: "m".repeat(5000) });
    await this.ctx.storage.setAlarm(Date.now() + 86_400_000);
  }
  async change() {
    this.ctx.storage.sql.exec("DELETE FROM words WHERE id % 2; UPDATE words SET word = 'other'");
    await this.ctx.storage.put("name", "other");
    await this.ctx.storage.put("more", true);
    await this.ctx.storage.delete("list");
    await this.ctx.storage.setAlarm(Date.now() + 172_800_000);
  }
  alarm() {}
}

const everyKey = async (kv) => {
  const found = [];
  let cursor;
  do {
    const page = await kv.list({ cursor });
    for (const { name, metadata, expiration } of page.keys) {
      found.push({ name, metadata, expiration, value: await hash(await kv.get(name, "arrayBuffer")) });
    }
    cursor = page.list_complete ? undefined : page.cursor;
  } while (cursor);
  return found;
};

const everyObject = async (bucket) => {
  const found = [];
  let cursor;
  do {
    const page = await bucket.list({ cursor });
    for (const { key } of page.objects) {
      const object = await bucket.get(key);
      found.push({
        key,
        size: object.size,
        etag: object.etag,
        version: object.version,
        http: object.httpMetadata,
        custom: object.customMetadata,
        body: await hash(await object.arrayBuffer()),
      });
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
  return found;
};

const everyRow = async (database) => ({
  schema: (await database.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\' ORDER BY name").all()).results,
  items: (await database.prepare("SELECT id, name, price, hex(picture) AS picture FROM items ORDER BY id").all()).results,
});

export default {
  async fetch(request, env) {
    const call = await request.json();
    const rooms = ["first", "second", "third"].map((name) => [name, env.ROOM.get(env.ROOM.idFromName(name))]);
    if (call.op === "ping") return Response.json(true);
    if (call.op === "fill") {
      for (const [name, room] of rooms) await room.fill(name);
      const upload = await env.B.createMultipartUpload("in parts", { customMetadata: { made: "in parts" } });
      const parts = [];
      for (let i = 1; i <= 3; ++i) parts.push(await upload.uploadPart(i, new Uint8Array(i < 3 ? 5 << 20 : 1000).fill(i)));
      await upload.complete(parts);
      return Response.json(true);
    }
    if (call.op === "change") {
      for (const { name } of (await env.CACHE.list()).keys) {
        if (name.length % 2) await env.CACHE.delete(name);
        else await env.CACHE.put(name, "other", { metadata: { other: true } });
      }
      await env.CACHE.put("new", "new");
      for (const { key } of (await env.B.list()).objects) {
        if (key.length % 2) await env.B.delete(key);
        else await env.B.put(key, "other", { customMetadata: { other: "yes" } });
      }
      await env.B.put("new", "new");
      await env.DB.batch([
        env.DB.prepare("DELETE FROM items WHERE id % 3 = 0"),
        env.DB.prepare("UPDATE items SET name = 'other', price = price + 1, picture = x'00'"),
        env.DB.prepare("INSERT INTO items(name) VALUES('new')"),
        env.DB.prepare("CREATE TABLE added(a)"),
        env.DB.prepare("DROP INDEX by_name"),
      ]);
      for (const [, room] of rooms) await room.change();
      return Response.json(true);
    }
    if (call.op === "dump") {
      return Response.json({
        keys: await everyKey(env.CACHE),
        objects: await everyObject(env.B),
        rows: await everyRow(env.DB),
        rooms: await Promise.all(rooms.map(([, room]) => room.dump())),
      });
    }
    return new Response("what?", { status: 400 });
  },
};
