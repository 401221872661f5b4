import { AgentSessionEntity } from './agent-session.entity.js';
import { BuildEntity } from './build.entity.js';
import { BuildFiguresEntity } from './build-figures.entity.js';
import { CheckEntity } from './check.entity.js';
import { ImageEntity } from './image.entity.js';
import { ImageSwitchEntity } from './image-switch.entity.js';
import { InstallationEntity } from './installation.entity.js';
import { LedgerEntity } from './ledger.entity.js';
import { LogChunkEntity } from './log-chunk.entity.js';
import { StageEntity } from './stage.entity.js';

export const ENTITIES = [
  AgentSessionEntity,
  BuildEntity,
  BuildFiguresEntity,
  CheckEntity,
  ImageEntity,
  ImageSwitchEntity,
  InstallationEntity,
  LedgerEntity,
  LogChunkEntity,
  StageEntity,
];
