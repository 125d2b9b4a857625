// Cloudflare's API on 127.0.0.1, as far as corral asks it: who asks, which accounts there are, OAuth; services such as
// KvService keep what the accounts hold. It remembers what it was asked, and misbehaves when a test says so.
import http from "node:http";
import https from "node:https";
import { once } from "node:events";

const ACCOUNTS = [{ id: "acc1", name: "One" }, { id: "acc2", name: "Two" }, { id: "acc3", name: "No membership" }];

/** What can go wrong, by name: what the server does instead of answering. `left`: how many requests it befalls.
 *  The socket is the request's: a response has none while the one before it is being finished. */
export const FAULTS = {
  reset: (request) => request.socket.resetAndDestroy(),
  hangUp: (request) => request.socket.destroy(),
  cutBody: (request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": 500 });
    response.write('{"success":true,"result":', () => request.socket.destroy());
  },
  resetBody: (request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": 500 });
    response.write('{"success":true,"result":', () => setTimeout(() => request.socket.resetAndDestroy(), 20));
  },
  silence: () => {},
  silentBody: (_, response) => {
    response.writeHead(200, { "content-length": 500 });
    response.write("{");
  },
  halfJson: (_, response) => response.end('{"success":true,"result":[{"id":'),
  html: (_, response) => {
    response.writeHead(502, { "content-type": "text/html", "cf-ray": "ray-FRA" });
    response.end("<html><title>502</title>\x1b[31mred</html>");
  },
  notHttp: (request) => request.socket.end("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
  empty: (_, response) => response.end(),
  redirect: (_, response) => {
    response.writeHead(302, { location: "http://elsewhere.invalid/x?token=SECRET-token" });
    response.end();
  },
  retryAfter: (_, response) => {
    response.setHeader("retry-after", "1");
    refuse(response, 429, 971, "Please wait and consider throttling your request speed");
  },
  retryMuchLater: (_, response) => {
    response.setHeader("retry-after", "3600");
    refuse(response, 429, 971, "Please wait and consider throttling your request speed");
  },
};
for (const status of [400, 401, 403, 404, 409, 413, 429, 500, 503])
  FAULTS[`status${status}`] = (_, response) => refuse(response, status, status === 403 ? 10000 : 1000 + status, `refused with ${status}`);
export const FAULT_NAMES = Object.keys(FAULTS);
/** With these the analytics refuse their figures, which "info" commands do without. */
export const ANALYTICS_REFUSE = new Set(["halfJson", "empty", "redirect", "retryAfter", "retryMuchLater", ...FAULT_NAMES.filter((name) => name.startsWith("status4"))]);

export const succeed = (response, result, more = {}) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ success: true, errors: [], messages: [], result, ...more }));
};
export const refuse = (response, status, code, message) => {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.setHeader("cf-ray", "ray-FRA");
  response.end(JSON.stringify({ success: false, errors: [{ code, message }], messages: [], result: null }));
};

export class ApiServer {
  requests = [];
  accounts = ACCOUNTS;
  fault = null; // { path, name, left }
  perPage = 20;
  latency = 0; // ms before each answer
  services = []; // what the accounts have: answer(request, response) tells whether it was theirs

  static async start(tls) {
    const server = new ApiServer();
    const listener = (request, response) => server.receive(request, response);
    server.server = tls ? https.createServer(tls, listener) : http.createServer(listener);
    server.server.listen(0, "127.0.0.1");
    await once(server.server, "listening");
    server.server.unref(); // a test that fails leaves it open
    server.port = server.server.address().port;
    server.origin = `${tls ? "https" : "http"}://127.0.0.1:${server.port}`;
    return server;
  }

  /** The variables that lead here. */
  get variables() {
    return { CLOUDFLARE_API_BASE_URL: `${this.origin}/client/v4`, WRANGLER_TOKEN_URL: `${this.origin}/oauth2/token` };
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  receive(request, response) {
    const pieces = [];
    request.on("data", (bytes) => pieces.push(bytes));
    request.on("error", () => {});
    response.on("error", () => {});
    request.on("end", () => {
      // As it was sent: a URL would fold "." and ".." away.
      const [raw, query = ""] = request.url.split("?");
      const path = raw.replace("/client/v4", "");
      const parameters = new URLSearchParams(query);
      const bytes = Buffer.concat(pieces);
      const body = bytes.toString();
      this.requests.push({ method: request.method, path, query: Object.fromEntries(parameters), headers: request.headers, body, bytes });
      if (this.fault && (!this.fault.path || path === this.fault.path) && this.fault.left !== 0) {
        this.fault.left -= 1;
        FAULTS[this.fault.name](request, response);
      } else {
        setTimeout(() => this.answer(request, response, path, parameters, bytes), this.latency);
      }
    });
  }

  page(response, items, parameters) {
    const page = Number(parameters.get("page") ?? 1);
    const shown = items.slice((page - 1) * this.perPage, page * this.perPage);
    succeed(response, shown, { result_info: { page, per_page: this.perPage, count: shown.length, total_count: items.length } });
  }

  answer(request, response, path, parameters, bytes) {
    if (path === "/oauth2/token") return this.token(response, new URLSearchParams(bytes.toString()));
    for (const service of this.services) {
      if (service.answerPresigned?.({ method: request.method, headers: request.headers, path, parameters, bytes }, response)) return;
    }
    const bearer = ["Bearer SECRET-token", "Bearer SECRET-access", "Bearer SECRET-new-access"];
    const known = bearer.includes(request.headers.authorization) || request.headers["x-auth-key"] === "SECRET-key";
    if (!known) return refuse(response, 401, 1000, "Invalid API Token");
    if (path === "/user/tokens/verify") return succeed(response, { id: "t1", status: "active" });
    if (path === "/user") return succeed(response, { id: "u1", email: "me@example.com" });
    if (path === "/accounts") return this.page(response, this.accounts, parameters);
    if (path === "/memberships")
      return this.page(response, this.accounts.filter(({ id }) => id !== "acc3").map((account) => ({ id: `m-${account.id}`, account, roles: ["Administrator"] })), parameters);
    for (const service of this.services) {
      if (service.answer({ method: request.method, headers: request.headers, path, parameters, bytes }, response)) return;
    }
    refuse(response, 404, 7003, "Could not route to the path");
  }

  /** A refresh token is good for one renewal. */
  refreshToken = "SECRET-refresh";
  token(response, form) {
    if (form.get("grant_type") !== "refresh_token" || form.get("refresh_token") !== this.refreshToken) {
      response.statusCode = 400;
      return response.end(JSON.stringify({ error: "invalid_grant" }));
    }
    this.refreshToken = "SECRET-new-refresh";
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ access_token: "SECRET-new-access", refresh_token: "SECRET-new-refresh", expires_in: 3600, scope: "account:read offline_access", token_type: "bearer" }));
  }
}
