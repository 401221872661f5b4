import { HttpClient, HttpParams } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import type {
  BuildSummary,
  BuildView,
  CloudView,
  CreateBuild,
  DistroView,
  ImageView,
  Page,
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

/** The REST API, one method per request. Each fails with an ApiError. */
@Injectable({ providedIn: 'root' })
export class Api {
  private readonly http = inject(HttpClient);

  distros(): Observable<DistroView[]> {
    return this.http.get<DistroView[]>('/api/distros');
  }

  builds(filter: BuildFilter): Observable<Page<BuildSummary>> {
    let params = new HttpParams();
    for (const [name, value] of Object.entries(filter) as [string, string | number | undefined][]) {
      if (value !== undefined && value !== '') params = params.set(name, value);
    }
    return this.http.get<Page<BuildSummary>>('/api/builds', { params });
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

  clouds(): Observable<CloudView[]> {
    return this.http.get<CloudView[]>('/api/clouds');
  }

  images(cloud: string): Observable<ImageView[]> {
    return this.http.get<ImageView[]>(`/api/clouds/${encodeURIComponent(cloud)}/images`);
  }
}

/** Where the browser downloads a build's whole log from. */
export function logDownloadUrl(buildId: number): string {
  return `/api/builds/${buildId}/log.txt`;
}
