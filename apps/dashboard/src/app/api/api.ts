import { HttpParams } from '@angular/common/http';
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
  LogOutline,
  LogPage,
  LogSearchResult,
  PackageDifference,
  PackageList,
  Page,
  ReapLeaks,
  ReapResult,
  RetentionItem,
  RetireImage,
  StatisticsView,
} from '@image-manager/contracts';
import type { Observable } from 'rxjs';
import { Api as Client } from './generated/api';
import {
  buildLogDownload,
  buildLogFind,
  buildLogMarkers,
  buildLogOutlines,
  buildLogPage,
  buildsCancel,
  buildsCreate,
  buildsCsvDownload,
  buildsGet,
  buildsKeepServer,
  buildsList,
  buildsReleaseServer,
  buildsRetry,
  cloudNamesList,
  cloudsList,
  cloudsListImages,
  cloudsOne,
  distrosList,
  imagesAdopt,
  imagesApply,
  imagesDelete,
  imagesListLeaks,
  imagesLookAtDeletion,
  imagesPlan,
  imagesReap,
  imagesRetire,
  imagesRollBack,
  imagesUsage,
  packagesDifference,
  packagesList,
  statisticsGet,
  type BuildLogDownload$Params,
  type BuildLogFind$Params,
  type BuildLogPage$Params,
  type BuildsCsvDownload$Params,
  type BuildsList$Params,
  type StatisticsGet$Params,
} from './generated/functions';

/** What the history shows; what is absent or empty does not narrow it. */
export type BuildFilter = BuildsCsvDownload$Params;
export type BuildPageRequest = BuildsList$Params;
export type LogPageRequest = Omit<BuildLogPage$Params, 'id'>;
export type LogSearchRequest = Omit<BuildLogFind$Params, 'id'>;
export type StatisticsRequest = StatisticsGet$Params;

/**
 * The REST API, one method per request. Each fails with an ApiError. Over the client that is generated from the API's OpenAPI
 * document; what it answers must be what the contracts say, or this file does not compile.
 */
@Injectable({ providedIn: 'root' })
export class Api {
  private readonly client = inject(Client);

  distros(): Observable<DistroView[]> {
    return this.client.invoke(distrosList);
  }

  builds(request: BuildPageRequest): Observable<Page<BuildSummary>> {
    return this.client.invoke(buildsList, narrowing(request));
  }

  build(id: number): Observable<BuildView> {
    return this.client.invoke(buildsGet, { id });
  }

  createBuild(wish: CreateBuild): Observable<BuildView> {
    return this.client.invoke(buildsCreate, { body: wish });
  }

  cancelBuild(id: number): Observable<BuildView> {
    return this.client.invoke(buildsCancel, { id, body: {} });
  }

  retryBuild(id: number): Observable<BuildView> {
    return this.client.invoke(buildsRetry, { id, body: {} });
  }

  logPage(buildId: number, request: LogPageRequest): Observable<LogPage> {
    return this.client.invoke(buildLogPage, { id: buildId, ...narrowing(request) });
  }

  /** Unsubscribing ends the search on the server too. */
  searchLog(buildId: number, request: LogSearchRequest): Observable<LogSearchResult> {
    return this.client.invoke(buildLogFind, { id: buildId, ...narrowing(request) });
  }

  logMarks(buildId: number): Observable<LogMarks> {
    return this.client.invoke(buildLogMarkers, { id: buildId });
  }

  logOutline(buildId: number): Observable<LogOutline> {
    return this.client.invoke(buildLogOutlines, { id: buildId });
  }

  packages(buildId: number): Observable<PackageList[]> {
    return this.client.invoke(packagesList, { id: buildId });
  }

  /** Against the image that was current before in that cloud, or against another build. */
  packageDifference(
    buildId: number,
    request: { cloud?: string; against?: number } = {},
  ): Observable<PackageDifference> {
    return this.client.invoke(packagesDifference, { id: buildId, ...narrowing(request) });
  }

  statistics(request: StatisticsRequest): Observable<StatisticsView> {
    return this.client.invoke(statisticsGet, narrowing(request));
  }

  clouds(): Observable<CloudView[]> {
    return this.client.invoke(cloudsList);
  }

  /** What is configured; answers at once, whatever the clouds do. */
  cloudNames(): Observable<CloudName[]> {
    return this.client.invoke(cloudNamesList);
  }

  cloud(name: string): Observable<CloudView> {
    return this.client.invoke(cloudsOne, { name });
  }

  images(cloud: string): Observable<ImageView[]> {
    return this.client.invoke(cloudsListImages, { name: cloud });
  }

  rollBackTo(image: ImageView): Observable<ImageView> {
    return this.client.invoke(imagesRollBack, { ...placeOf(image), body: {} });
  }

  adopt(image: ImageView, wish: AdoptImage): Observable<ImageView> {
    return this.client.invoke(imagesAdopt, { ...placeOf(image), body: wish });
  }

  /** Who stands on it, foreign images too. */
  imageUsage(image: ImageView): Observable<ImageUsage> {
    return this.client.invoke(imagesUsage, placeOf(image));
  }

  /** Whether it may be deleted, and what that would break. */
  imageDeletion(image: ImageView): Observable<ImageDeletion> {
    return this.client.invoke(imagesLookAtDeletion, placeOf(image));
  }

  deleteImage(image: ImageView): Observable<unknown> {
    return this.client.invoke(imagesDelete, { ...placeOf(image), body: {} });
  }

  /** Hides an image that users see; the last one of its name only when its definition is gone and when that is meant. */
  retireImage(image: ImageView, wish: RetireImage): Observable<ImageView> {
    return this.client.invoke(imagesRetire, { ...placeOf(image), body: wish });
  }

  /** What retention would delete and keep now. */
  retention(cloud: string): Observable<RetentionItem[]> {
    return this.client.invoke(imagesPlan, { cloud });
  }

  /** Of what retention would delete, only these images. */
  applyRetention(cloud: string, imageIds: string[]): Observable<RetentionItem[]> {
    return this.client.invoke(imagesApply, { cloud, body: { imageIds } });
  }

  leaks(cloud: string): Observable<LeakView[]> {
    return this.client.invoke(imagesListLeaks, { cloud });
  }

  reap(cloud: string, wish: ReapLeaks): Observable<ReapResult[]> {
    return this.client.invoke(imagesReap, { cloud, body: wish });
  }

  /** For so many minutes from its failure on; 0: not at all. Only while the build runs. */
  keepServer(buildId: number, keepFailedServerMinutes: number): Observable<BuildView> {
    return this.client.invoke(buildsKeepServer, { id: buildId, body: { keepFailedServerMinutes } });
  }

  /** Ends the keeping of a failed build's test server. */
  releaseServer(buildId: number): Observable<BuildView> {
    return this.client.invoke(buildsReleaseServer, { id: buildId, body: {} });
  }
}

/** Without what is empty: the API would look for it. */
function narrowing<T extends object>(request: T): T {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== '')) as T;
}

function placeOf({ cloud, id }: ImageView): { cloud: string; id: string } {
  return { cloud, id };
}

/** Where the browser downloads a build's log from, whole or what a filter leaves of it. */
export function logDownloadUrl(buildId: number, filter: Omit<BuildLogDownload$Params, 'id'> = {}): string {
  return withQuery(buildLogDownload.PATH.replace('{id}', String(buildId)), filter);
}

/** Where the browser downloads the history from, as CSV. */
export function buildsCsvUrl(filter: BuildFilter): string {
  return withQuery(buildsCsvDownload.PATH, filter);
}

/** A list becomes a parameter that is repeated. */
function withQuery(path: string, filter: object): string {
  let params = new HttpParams();
  const entries = Object.entries(filter) as [string, string | string[] | undefined][];
  for (const [name, value = ''] of entries) {
    for (const single of [value].flat()) if (single !== '') params = params.append(name, single);
  }
  const query = params.toString();
  return query === '' ? path : `${path}?${query}`;
}
