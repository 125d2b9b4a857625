// What the Worker of do.test.mjs does: each call of the test becomes one call of an object's storage. Values are
// made here by name, so that they are what a Worker stores and not what JSON made of them.
export const DO_WORKER = `
import { DurableObject } from "cloudflare:workers";

const shared = () => { const a = { n: 1 }; return { a, b: a, c: [a] }; };
const cycle = () => { const a = { n: 1 }; a.self = a; return a; };
const parts = () => { const b = new ArrayBuffer(8); return [new Uint8Array(b, 1, 3), new Float32Array(b, 4, 1), b]; };
const total = () => { let t = 0; for (const p of [1.25, 2.25, 0.5]) t += p; return { t }; };
const withProperties = () => { const a = [1, 2]; a.x = "y"; return a; };
const values = {
  nul: () => null, t: () => true, f: () => false, one: () => 1, neg: () => -1, negz: () => -0, nan: () => NaN, inf: () => -Infinity,
  big31: () => 2147483647, smi: () => 1073741823, over: () => 1073741824, dbl: () => 1e21, pi: () => 3.14, total,
  ascii: () => "hello", latin: () => "caf\\u00e9", uni: () => "\\u65e5\\u672c\\ud83d\\ude00", lone: () => "a\\ud800b",
  twobyte: () => "\\u65e5abcdefghijklmnopqrstuvwxyz".slice(1),
  undef: () => ({ u: undefined }), intkeys: () => ({ b: 1, 2: "b", 1: "a", 4294967295: 0, 4294967294: 0, 1073741824: 0 }),
  dollar: () => ({ $date: 1 }), nested: () => ({ a: { b: [1, 2, { c: null }] } }), sparse: () => [1, , 3], withProperties,
  holey: () => new Array(3).fill(0), date: () => new Date(1700000000000), invalid: () => new Date(NaN),
  map: () => new Map([["k", 1], [{ a: 1 }, new Set([1, "a"])]]), bigint: () => [0n, -5n, 123456789012345678901234567890n],
  boxed: () => [Object(5), Object("so"), Object(true), Object(5n)], regex: () => /ab+c/gi, u8: () => new Uint8Array([1, 2, 255]),
  f64: () => new Float64Array([1.5, NaN, -0]), big64: () => new BigInt64Array([-1n, 5n]), dv: () => new DataView(new ArrayBuffer(4), 1, 2),
  f16: () => new Float16Array([1.5]), resizable: () => new Uint8Array(new ArrayBuffer(4, { maxByteLength: 16 })),
  parts, shared, cycle, error: () => new RangeError("boom", { cause: { y: 1 } }), headers: () => new Headers({ a: "b" }),
};

export class Counter extends DurableObject {
  async fetch(request) {
    const call = await request.json();
    const storage = this.ctx.storage;
    switch (call.op) {
      case "store": {
        for (const [name, make] of Object.entries(values)) await storage.put(name, make());
        return Response.json(Object.keys(values));
      }
      case "put": await storage.put(call.key, call.value); return Response.json(true);
      case "get": {
        const value = await storage.get(call.key);
        return Response.json({ type: Object.prototype.toString.call(value), value: value ?? null });
      }
      case "same": {
        // Whether what is stored under one key is what is stored under another, as their own code sees it.
        const [left, right] = [await storage.get(call.left), await storage.get(call.right)];
        const show = (v, seen = new Map()) => {
          if (typeof v === "bigint") return v + "n";
          if (Object.is(v, -0)) return "-0";
          if (typeof v !== "object" || v === null) return typeof v + String(v);
          if (seen.has(v)) return "ref" + seen.get(v);
          seen.set(v, seen.size);
          if (v instanceof Map) return "Map" + [...v].map(([k, w]) => show(k, seen) + "=" + show(w, seen));
          if (v instanceof Set) return "Set" + [...v].map((w) => show(w, seen));
          if (ArrayBuffer.isView(v)) return v.constructor.name + v.byteOffset + "," + v.byteLength + show(v.buffer, seen);
          if (v instanceof ArrayBuffer) return "Buffer" + v.maxByteLength + [...new Uint8Array(v)];
          if (v instanceof Error) return v.constructor.name + v.message + v.stack + show(v.cause, seen);
          if (v instanceof Headers) return "Headers" + [...v];
          if (v instanceof Date || v instanceof RegExp) return v.constructor.name + String(v) + +v;
          return v.constructor.name + (Object.keys(Object.prototype).length, typeof v.valueOf() === "object" ? "" : show(v.valueOf(), seen)) +
            (Array.isArray(v) ? v.length : "") + Object.keys(v).map((k) => k + ":" + show(v[k], seen));
        };
        return Response.json(show(left) === show(right) && left !== undefined);
      }
      case "keys": return Response.json([...(await storage.list(call.options)).keys()]);
      case "sql": return Response.json([...storage.sql.exec(call.sql)]);
      case "setAlarm": await storage.setAlarm(call.time); return Response.json(true);
      case "getAlarm": return Response.json(await storage.getAlarm());
      case "deleteAlarm": await storage.deleteAlarm(); return Response.json(true);
      case "id": return Response.json(this.ctx.id.toString());
    }
  }
  async alarm() {
    await this.ctx.storage.put("alarmed", Date.now());
  }
}
export class Room extends Counter {}

export default {
  async fetch(request, env) {
    const call = await request.clone().json();
    if (call.op === "ping") return Response.json(true);
    const objects = env[call.binding ?? "COUNTER"];
    const id = call.unique ? objects.newUniqueId() : objects.idFromName(call.name ?? "alpha");
    try {
      return await objects.get(id).fetch(request);
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
`;
