// Certificates for servers on the loopback: an authority, and what it signed, good and bad.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const openssl = (folder, ...words) => execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });

/** Makes them in a folder: `ca` is the authority's file; each of `good`, `expired`, `otherHost`, `selfSigned` is
 *  { key, cert } for a TLS server. `good` is for 127.0.0.1, localhost and api.test. */
export function makeCertificates(folder) {
  const names = "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:api.test";
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(folder, "req", "-x509", ...ec, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=authority of a test");
  fs.writeFileSync(path.join(folder, "ca.conf"),
    "[ca]\ndefault_ca=d\n[d]\ndatabase=index\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nrand_serial=yes\nunique_subject=no\n[p]\ncommonName=supplied\n");
  fs.writeFileSync(path.join(folder, "index"), "");
  const issue = (name, extension, start, end) => {
    fs.writeFileSync(path.join(folder, `${name}.ext`), extension);
    openssl(folder, "req", ...ec, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    openssl(folder, "ca", "-batch", "-config", "ca.conf", "-cert", "ca.pem", "-keyfile", "ca.key", "-in", `${name}.csr`,
      "-out", `${name}.pem`, "-startdate", start, "-enddate", end, "-extfile", `${name}.ext`, "-notext");
  };
  const read = (name) => ({ key: fs.readFileSync(path.join(folder, `${name}.key`)), cert: fs.readFileSync(path.join(folder, `${name}.pem`)) });
  issue("good", names, "20200101000000Z", "20490101000000Z");
  issue("expired", names, "20200101000000Z", "20200102000000Z");
  issue("other-host", "subjectAltName=DNS:elsewhere.test", "20200101000000Z", "20490101000000Z");
  openssl(folder, "req", "-x509", ...ec, "-keyout", "self.key", "-out", "self.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", names);
  return { ca: path.join(folder, "ca.pem"), good: read("good"), expired: read("expired"), otherHost: read("other-host"), selfSigned: read("self") };
}
