// Durable Objects of the test server: what Cloudflare's REST API lists of them.
import { succeed, refuse } from "./server.mjs";

const ROUTE = /^\/accounts\/([^/]+)\/workers\/durable_objects\/namespaces(?:\/([^/]+)\/objects)?$/;

export class DurableObjectService {
  /** `namespaces`: [{ id, name, script, class, objects: [id, …] }]. */
  constructor(namespaces, { perPage = 2 } = {}) {
    this.namespaces = namespaces;
    this.perPage = perPage;
  }

  answer(request, response) {
    const route = ROUTE.exec(request.path);
    if (!route) return false;
    if (!route[2]) this.list(request.parameters, response);
    else this.objects(this.namespaces.find(({ id }) => id === route[2]), request.parameters, response);
    return true;
  }

  list(parameters, response) {
    const page = Number(parameters.get("page") ?? 1);
    const all = this.namespaces.map(({ objects, ...shown }) => shown);
    const result = all.slice((page - 1) * this.perPage, page * this.perPage);
    succeed(response, result, { result_info: { page, per_page: this.perPage, count: result.length, total_count: all.length } });
  }

  objects(space, parameters, response) {
    if (!space) return refuse(response, 404, 10066, "namespace not found");
    const limit = Number(parameters.get("limit") ?? 1000);
    const start = Number(parameters.get("cursor")?.slice(1) ?? 0);
    const result = space.objects.slice(start, start + limit).map((id) => ({ id, hasStoredData: true }));
    succeed(response, result, { result_info: { count: result.length, cursor: start + limit < space.objects.length ? `c${start + limit}` : "" } });
  }
}
