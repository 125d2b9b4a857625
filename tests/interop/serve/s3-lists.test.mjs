// Lists of `corral serve`'s S3 endpoint: groups, markers, pages, keys of every kind, as S3 documents ListObjects and
// ListObjectsV2, and R2 its own of ListBuckets.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { S3Server, sdk } from "./s3-server.mjs";

let server;
before(async () => (server = await new S3Server().start()));
after(async () => {
  await server.stop();
  server.remove();
});

const keys = ({ Contents = [] }) => Contents.map(({ Key }) => Key);
const groups = ({ CommonPrefixes = [] }) => CommonPrefixes.map(({ Prefix }) => Prefix);
const filled = async (...names) => {
  const bucket = await server.newBucket();
  await Promise.all(names.map((Key) => bucket.call("PutObject", { Key, Body: Key })));
  return bucket;
};

for (const list of ["ListObjects", "ListObjectsV2"]) {
  describe(list, () => {
    test("what a list says of itself", async () => {
      const { Bucket, call } = await filled("foo", "bar", "baz");
      const all = await call(list);
      assert.deepEqual([all.Name, all.Prefix, all.Delimiter, all.MaxKeys, all.IsTruncated, keys(all)], [Bucket, "", undefined, 1000, false, ["bar", "baz", "foo"]]);
      assert.deepEqual([all.Contents[0].Size, all.Contents[0].StorageClass, all.Contents[0].ETag], [3, "STANDARD", '"37b51d194a7513e45b56f6524f2d51f2"']);
      const none = await call(list, { MaxKeys: 0 });
      assert.deepEqual([keys(none), none.IsTruncated], [[], false]);
      assert.equal((await call(list, { MaxKeys: 5000 })).MaxKeys, 1000);
      assert.equal((await call(list, { Delimiter: "" })).Delimiter, undefined);
    });

    test("groups, by delimiters of any kind", async () => {
      for (const [names, Delimiter, objects, prefixes] of [
        [["asdf", "boo/bar", "boo/baz/xyzzy", "cquux/thud"], "/", ["asdf"], ["boo/", "cquux/"]],
        [["bar", "baz", "cab", "foo"], "a", ["foo"], ["ba", "ca"]],
        [["b%ar", "b%az", "c%ab", "foo"], "%", ["foo"], ["b%", "c%"]],
        [["b ar", "b az", "c ab", "foo"], " ", ["foo"], ["b ", "c "]],
        [["x::y", "x::z", "q"], "::", ["q"], ["x::"]],
        [["bar", "foo"], "/", ["bar", "foo"], []],
        [["0/", "0/1", "1999", "1999#", "1999+", "2000"], "/", ["1999", "1999#", "1999+", "2000"], ["0/"]],
      ]) {
        const { call } = await filled(...names);
        const page = await call(list, { Delimiter });
        assert.deepEqual([page.Delimiter, keys(page), groups(page)], [Delimiter, objects, prefixes]);
      }
    });

    test("prefixes", async () => {
      const { call } = await filled("foo/bar", "foo/baz", "quux");
      for (const [Prefix, found] of [["foo/", ["foo/bar", "foo/baz"]], ["", ["foo/bar", "foo/baz", "quux"]], ["d", []], ["quux", ["quux"]]]) {
        const page = await call(list, { Prefix });
        assert.deepEqual([page.Prefix, keys(page), groups(page)], [Prefix, found, []]);
      }
      assert.deepEqual(groups(await call(list, { Prefix: "fo", Delimiter: "/" })), ["foo/"]);
      const odd = await call(list, { Prefix: "foo", Delimiter: "z" });
      assert.deepEqual([keys(odd), groups(odd)], [["foo/bar"], ["foo/baz"]]);
    });

    test("every key is listed as it was put, in the order of its bytes", async () => {
      const names = ["ü", "日本", "a\tb", "a\rb", "<&>\"'", "%2F", " lead", "trail ", "a//b", "../x", "😀", "\x7f", "_", "+", "?", "#"];
      const { call, text } = await filled(...names);
      const order = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      assert.deepEqual(keys(await call(list)), order);
      const encoded = await call(list, { EncodingType: "url" });
      assert.deepEqual([encoded.EncodingType, keys(encoded).map(decodeURIComponent)], ["url", order]);
      for (const Key of names) assert.equal(await text({ Key }), Key);
      const { Deleted, Errors } = await call("DeleteObjects", { Delete: { Objects: names.map((Key) => ({ Key })) } });
      assert.deepEqual([Deleted.length, Errors], [names.length, undefined]);
    });

    test("a number that is none, an encoding that is none, a bucket that is none", async () => {
      const { Bucket, refusal } = await filled("a");
      const type = list === "ListObjectsV2" ? "list-type=2&" : "";
      for (const query of ["max-keys=blah", "max-keys=-1", "max-keys=1.5", "encoding-type=nope"]) {
        const { status, text } = await server.raw("GET", `/${Bucket}?${type}${query}`);
        assert.deepEqual([query, status, /<Code>(.*)<\/Code>/.exec(text)[1]], [query, 400, "InvalidArgument"]);
      }
      assert.equal(await refusal(list, { Bucket: "no-such-bucket" }), "404 NoSuchBucket");
    });
  });
}

test("ListObjects: markers, groups among them, lead from page to page", async () => {
  const { call } = await filled("asdf", "boo/bar", "boo/baz/xyzzy", "cquux/thud", "cquux/bla");
  const pages = async (input) => {
    const found = [];
    for (let Marker = ""; ;) {
      const page = await call("ListObjects", { Delimiter: "/", ...input, Marker });
      found.push([...keys(page), ...groups(page)]);
      assert.equal(page.Marker, Marker);
      if (!page.IsTruncated) {
        assert.equal(page.NextMarker, undefined);
        return found;
      }
      Marker = page.NextMarker;
    }
  };
  assert.deepEqual(await pages({ MaxKeys: 1 }), [["asdf"], ["boo/"], ["cquux/"]]);
  assert.deepEqual(await pages({ MaxKeys: 2 }), [["asdf", "boo/"], ["cquux/"]]);
  assert.deepEqual(await pages({ MaxKeys: 1, Prefix: "boo/" }), [["boo/bar"], ["boo/baz/"]]);
  for (const [Marker, found] of [["blah", ["boo/bar", "boo/baz/xyzzy", "cquux/bla", "cquux/thud"]], ["zzz", []], ["\n", ["asdf", "boo/bar", "boo/baz/xyzzy", "cquux/bla", "cquux/thud"]]])
    assert.deepEqual(keys(await call("ListObjects", { Marker })), found);
});

test("ListObjectsV2: tokens, start-after, owners", async () => {
  const { call, refusal } = await filled("bar", "baz", "foo");
  const first = await call("ListObjectsV2", { MaxKeys: 1 });
  assert.deepEqual([first.KeyCount, first.IsTruncated, keys(first)], [1, true, ["bar"]]);
  const ContinuationToken = first.NextContinuationToken;
  const rest = await call("ListObjectsV2", { ContinuationToken, StartAfter: "bar" });
  assert.deepEqual([rest.ContinuationToken, rest.StartAfter, keys(rest)], [ContinuationToken, "bar", ["baz", "foo"]]);
  assert.deepEqual(keys(await call("ListObjectsV2", { StartAfter: "blah" })), ["foo"]);
  const empty = await call("ListObjectsV2", { ContinuationToken: "" });
  assert.deepEqual([empty.ContinuationToken, empty.IsTruncated, keys(empty).length], ["", false, 3]);
  assert.equal(await refusal("ListObjectsV2", { ContinuationToken: "!!!" }), "400 InvalidArgument");
  assert.deepEqual([(await call("ListObjectsV2")).Contents[0].Owner, typeof (await call("ListObjectsV2", { FetchOwner: true })).Contents[0].Owner.ID], [undefined, "string"]);
});

test("ListBuckets: pages by parameters, and by headers, which R2 has besides", async () => {
  const { Bucket, call } = await server.newBucket();
  const names = [0, 1, 2, 3, 4].map((i) => `${Bucket}-${i}`);
  for (const name of names) await call("CreateBucket", { Bucket: name });
  const found = [];
  for await (const page of sdk.paginateListBuckets({ client: server.client(), pageSize: 2 }, { Prefix: `${Bucket}-` })) found.push(page.Buckets.map(({ Name }) => Name));
  assert.deepEqual(found, [names.slice(0, 2), names.slice(2, 4), names.slice(4)]);
  const ask = async (headers) => {
    const { headers: answered, text } = await server.raw("GET", "/", { headers: { "cf-prefix": `${Bucket}-`, "cf-max-keys": "2", ...headers } });
    return [[...text.matchAll(/<Name>(.*?)<\/Name>/g)].map((match) => match[1]), answered["cf-is-truncated"], answered["cf-next-continuation-token"]];
  };
  const [page, truncated, token] = await ask({});
  assert.deepEqual([page, truncated], [names.slice(0, 2), "true"]);
  assert.deepEqual((await ask({ "cf-continuation-token": token }))[0], names.slice(2, 4));
  assert.deepEqual(await ask({ "cf-start-after": names[2] }), [names.slice(3), "false", undefined]);
});

test("names of buckets", async () => {
  const { Bucket, call, refusal } = await server.newBucket();
  for (const name of ["ab", "-ab", "ab-", "A-Big", "foo_bar", "192.168.5.123", "x".repeat(64), "foo..bar", "_foo", "x".repeat(300)]) {
    const { status, text } = await server.raw("PUT", `/${name}`);
    assert.deepEqual([name, status, /<Code>(.*)<\/Code>/.exec(text)[1]], [name, 400, "InvalidBucketName"]);
  }
  await call("CreateBucket", { Bucket: "z".repeat(63), CreateBucketConfiguration: { LocationConstraint: "weur" } });
  await call("DeleteBucket", { Bucket: "z".repeat(63) });
  assert.equal(await refusal("CreateBucket", { Bucket: `${Bucket}-x`, CreateBucketConfiguration: { LocationConstraint: "nowhere" } }), "400 InvalidLocationConstraint");
  assert.equal(await refusal("CreateBucket"), "409 BucketAlreadyOwnedByYou");
  assert.equal(await refusal("DeleteBucket", { Bucket: "no-such-bucket" }), "404 NoSuchBucket");
});
