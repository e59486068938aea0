// Everything the bot sent and got and every dispatch, bounded, for tests and for the page.

export interface RequestRecord {
  /** Epoch ms of its arrival. */
  readonly at: number;
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly query: string;
  /** The known route with OpenAPI's names in braces; undefined where the route is unknown. */
  readonly route: string | undefined;
  readonly contentType: string | undefined;
  readonly requestBody: unknown;
  readonly files: readonly { readonly name: string; readonly size: number }[];
  /** 0 where no answer was given. */
  status: number;
  responseBody: unknown;
  tookMs: number;
  /** The fault that was applied, where one was. */
  fault: string | undefined;
}

export interface DispatchRecord {
  readonly at: number;
  readonly t: string;
  readonly d: unknown;
}

const keptRequests = 5_000;
const keptDispatches = 2_000;

export class TrafficRecord {
  private requestList: RequestRecord[] = [];
  private dispatchList: DispatchRecord[] = [];
  private readonly listeners = new Set<(request: RequestRecord) => void>();
  /** `METHOD /path` of every call to a route this server does not know. */
  readonly unknownRoutes: string[] = [];

  get requests(): readonly RequestRecord[] {
    return this.requestList;
  }

  get dispatches(): readonly DispatchRecord[] {
    return this.dispatchList;
  }

  /** Called with every finished request. */
  onRequest(listener: (request: RequestRecord) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  add(request: RequestRecord): void {
    this.requestList.push(request);
    if (this.requestList.length > keptRequests * 1.2)
      this.requestList = this.requestList.slice(-keptRequests);
    if (request.route === undefined && this.unknownRoutes.length < 1_000)
      this.unknownRoutes.push(`${request.method} ${request.path}`);
    for (const listener of this.listeners) listener(request);
  }

  dispatched(dispatch: DispatchRecord): void {
    this.dispatchList.push(dispatch);
    if (this.dispatchList.length > keptDispatches * 1.2)
      this.dispatchList = this.dispatchList.slice(-keptDispatches);
  }

  /** Forgets what was seen so far. */
  clear(): void {
    this.requestList = [];
    this.dispatchList = [];
    this.unknownRoutes.length = 0;
  }
}
