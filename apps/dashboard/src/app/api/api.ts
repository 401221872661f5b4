import { HttpClient, HttpParams } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import type {
  AdoptImage,
  BuildSummary,
  BuildView,
  CloudName,
  CloudView,
  CreateBuild,
  DistroView,
  ImageDeletion,
  ImageUsage,
  ImageView,
  LeakView,
  LogMarks,
  LogPage,
  LogSearchResult,
  PackageDifference,
  PackageList,
  Page,
  ReapLeaks,
  ReapResult,
  RetentionItem,
  StageName,
  StatisticsBucket,
  StatisticsView,
} from '@image-manager/contracts';
import type { Observable } from 'rxjs';

/** What the history shows; what is absent or empty does not narrow it. */
export interface BuildFilter {
  /** One or several. */
  distroId?: string | string[];
  /** One or several. */
  status?: string | string[];
  cloud?: string;
  /** Creation, ISO 8601; from inclusive, to exclusive. */
  from?: string;
  to?: string;
  /** In the cause, the definition's id or the build's number. */
  text?: string;
}

export interface BuildPageRequest extends BuildFilter {
  /** From 1. */
  page: number;
  pageSize: number;
}

export interface LogPageRequest {
  from?: number;
  limit?: number;
  stage?: StageName;
  cloud?: string;
}

export interface LogSearchRequest {
  q: string;
  /** Without backtracking (RE2): no look-around, no back references. */
  regex?: boolean;
  caseSensitive?: boolean;
  stage?: StageName;
  cloud?: string;
  /** First line that is looked at. */
  from?: number;
}

export interface StatisticsRequest {
  /** One or several. */
  distroId?: string | string[];
  cloud?: string;
  /** Creation, ISO 8601; from inclusive, to exclusive. */
  from?: string;
  to?: string;
  bucket?: StatisticsBucket;
}

/** The REST API, one method per request. Each fails with an ApiError. */
@Injectable({ providedIn: 'root' })
export class Api {
  private readonly http = inject(HttpClient);

  distros(): Observable<DistroView[]> {
    return this.http.get<DistroView[]>('/api/distros');
  }

  builds(request: BuildPageRequest): Observable<Page<BuildSummary>> {
    return this.http.get<Page<BuildSummary>>('/api/builds', { params: paramsOf(request) });
  }

  build(id: number): Observable<BuildView> {
    return this.http.get<BuildView>(`/api/builds/${id}`);
  }

  createBuild(wish: CreateBuild): Observable<BuildView> {
    return this.http.post<BuildView>('/api/builds', wish);
  }

  cancelBuild(id: number): Observable<BuildView> {
    return this.http.post<BuildView>(`/api/builds/${id}/cancel`, {});
  }

  retryBuild(id: number): Observable<BuildView> {
    return this.http.post<BuildView>(`/api/builds/${id}/retry`, {});
  }

  logPage(buildId: number, request: LogPageRequest): Observable<LogPage> {
    return this.http.get<LogPage>(`/api/builds/${buildId}/log`, { params: paramsOf(request) });
  }

  /** Unsubscribing ends the search on the server too. */
  searchLog(buildId: number, request: LogSearchRequest): Observable<LogSearchResult> {
    return this.http.get<LogSearchResult>(`/api/builds/${buildId}/log/search`, { params: paramsOf(request) });
  }

  logMarks(buildId: number): Observable<LogMarks> {
    return this.http.get<LogMarks>(`/api/builds/${buildId}/log/marks`);
  }

  packages(buildId: number): Observable<PackageList[]> {
    return this.http.get<PackageList[]>(`/api/builds/${buildId}/packages`);
  }

  /** Against the image that was current before in that cloud, or against another build. */
  packageDifference(
    buildId: number,
    request: { cloud?: string; against?: number } = {},
  ): Observable<PackageDifference> {
    return this.http.get<PackageDifference>(`/api/builds/${buildId}/package-difference`, {
      params: paramsOf(request),
    });
  }

  statistics(request: StatisticsRequest): Observable<StatisticsView> {
    return this.http.get<StatisticsView>('/api/statistics', { params: paramsOf(request) });
  }

  clouds(): Observable<CloudView[]> {
    return this.http.get<CloudView[]>('/api/clouds');
  }

  /** What is configured; answers at once, whatever the clouds do. */
  cloudNames(): Observable<CloudName[]> {
    return this.http.get<CloudName[]>('/api/cloud-names');
  }

  cloud(name: string): Observable<CloudView> {
    return this.http.get<CloudView>(ofCloud(name));
  }

  images(cloud: string): Observable<ImageView[]> {
    return this.http.get<ImageView[]>(`${ofCloud(cloud)}/images`);
  }

  rollBackTo(image: ImageView): Observable<ImageView> {
    return this.http.post<ImageView>(`${ofImage(image)}/rollback`, {});
  }

  adopt(image: ImageView, wish: AdoptImage): Observable<ImageView> {
    return this.http.post<ImageView>(`${ofImage(image)}/adopt`, wish);
  }

  /** Who stands on it, foreign images too. */
  imageUsage(image: ImageView): Observable<ImageUsage> {
    return this.http.get<ImageUsage>(`${ofImage(image)}/usage`);
  }

  /** Whether it may be deleted, and what that would break. */
  imageDeletion(image: ImageView): Observable<ImageDeletion> {
    return this.http.get<ImageDeletion>(`${ofImage(image)}/deletion`);
  }

  deleteImage(image: ImageView): Observable<unknown> {
    // The API takes state changes as JSON alone.
    return this.http.delete(ofImage(image), { body: {} });
  }

  /** Hides an image that users see; the current one only when its definition is gone. */
  retireImage(image: ImageView): Observable<ImageView> {
    return this.http.post<ImageView>(`${ofImage(image)}/retire`, {});
  }

  /** What retention would delete and keep now. */
  retention(cloud: string): Observable<RetentionItem[]> {
    return this.http.get<RetentionItem[]>(`${ofCloud(cloud)}/retention`);
  }

  /** Of what retention would delete, only these images. */
  applyRetention(cloud: string, imageIds: string[]): Observable<RetentionItem[]> {
    return this.http.post<RetentionItem[]>(`${ofCloud(cloud)}/retention`, { imageIds });
  }

  leaks(cloud: string): Observable<LeakView[]> {
    return this.http.get<LeakView[]>(`${ofCloud(cloud)}/leaks`);
  }

  reap(cloud: string, wish: ReapLeaks): Observable<ReapResult[]> {
    return this.http.post<ReapResult[]>(`${ofCloud(cloud)}/leaks/reap`, wish);
  }

  /** Ends the keeping of a failed build's test server. */
  releaseServer(buildId: number): Observable<BuildView> {
    return this.http.post<BuildView>(`/api/builds/${buildId}/release-server`, {});
  }
}

/** A list becomes a parameter that is repeated. */
function paramsOf(request: object): HttpParams {
  let params = new HttpParams();
  for (const [name, value] of Object.entries(request) as [string, Parameter | Parameter[]][]) {
    for (const single of Array.isArray(value) ? value : [value]) {
      if (single !== undefined && single !== '') params = params.append(name, single);
    }
  }
  return params;
}

type Parameter = string | number | boolean | undefined;

function ofCloud(name: string): string {
  return `/api/clouds/${encodeURIComponent(name)}`;
}

function ofImage(image: ImageView): string {
  return `${ofCloud(image.cloud)}/images/${encodeURIComponent(image.id)}`;
}

/** Where the browser downloads a build's log from, whole or what a filter leaves of it. */
export function logDownloadUrl(buildId: number, filter: { stage?: StageName; cloud?: string } = {}): string {
  const query = paramsOf(filter).toString();
  return `/api/builds/${buildId}/log.txt${query === '' ? '' : `?${query}`}`;
}

/** Where the browser downloads the history from, as CSV. */
export function buildsCsvUrl(filter: BuildFilter): string {
  const query = paramsOf(filter).toString();
  return query === '' ? '/api/builds.csv' : `/api/builds.csv?${query}`;
}
