import { HttpClient, HttpParams } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import type {
  AdoptImage,
  BuildSummary,
  BuildView,
  CloudView,
  CreateBuild,
  DistroView,
  ImageView,
  LeakView,
  LogPage,
  Page,
  ReapLeaks,
  ReapResult,
  RetentionItem,
  StageName,
} from '@image-manager/contracts';
import type { Observable } from 'rxjs';

export interface BuildFilter {
  distroId?: string;
  status?: string;
  cloud?: string;
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

/** The REST API, one method per request. Each fails with an ApiError. */
@Injectable({ providedIn: 'root' })
export class Api {
  private readonly http = inject(HttpClient);

  distros(): Observable<DistroView[]> {
    return this.http.get<DistroView[]>('/api/distros');
  }

  builds(filter: BuildFilter): Observable<Page<BuildSummary>> {
    return this.http.get<Page<BuildSummary>>('/api/builds', { params: paramsOf(filter) });
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

  clouds(): Observable<CloudView[]> {
    return this.http.get<CloudView[]>('/api/clouds');
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

function paramsOf(request: object): HttpParams {
  let params = new HttpParams();
  for (const [name, value] of Object.entries(request) as [string, string | number | undefined][]) {
    if (value !== undefined && value !== '') params = params.set(name, value);
  }
  return params;
}

function ofCloud(name: string): string {
  return `/api/clouds/${encodeURIComponent(name)}`;
}

function ofImage(image: ImageView): string {
  return `${ofCloud(image.cloud)}/images/${encodeURIComponent(image.id)}`;
}

/** Where the browser downloads a build's whole log from. */
export function logDownloadUrl(buildId: number): string {
  return `/api/builds/${buildId}/log.txt`;
}
