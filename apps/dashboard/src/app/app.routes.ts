import type { Routes } from '@angular/router';

export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'images' },
  { path: 'images', loadComponent: () => import('./images/images').then((m) => m.Images) },
  { path: 'stands', loadComponent: () => import('./stands/stands').then((m) => m.Stands) },
  { path: 'statistics', loadComponent: () => import('./statistics/statistics').then((m) => m.Statistics) },
  { path: 'builds', pathMatch: 'full', redirectTo: 'statistics' },
  { path: 'builds/:id', loadComponent: () => import('./build/build-page').then((m) => m.BuildPage) },
  { path: '**', loadComponent: () => import('./shell/not-found').then((m) => m.NotFound) },
];
