import { Module } from '@nestjs/common';
import { AgentModule } from '../agent/index.js';
import { OpenstackModule } from '../openstack/index.js';
import { AbandonedWork } from './abandoned-work.service.js';
import { ArtifactShelf } from './artifact-shelf.service.js';
import { BuildEvents } from './build-events.js';
import { BuildExecution } from './build-execution.service.js';
import { BuildHistory } from './build-history.service.js';
import { BuildQueue } from './build-queue.service.js';
import { BuildViews } from './build-views.service.js';
import { BuildsController } from './builds.controller.js';
import { BuildsService } from './builds.service.js';
import { ConsoleFollower } from './console-follower.service.js';
import { DistroRegistry } from './distro-registry.service.js';
import { DistrosController } from './distros.controller.js';
import { DistrosService } from './distros.service.js';
import { Adoption } from './images/adoption.service.js';
import { Deletion } from './images/deletion.service.js';
import { ImageSwitch } from './images/image-switch.service.js';
import { ImagesController } from './images/images.controller.js';
import { Leaks } from './images/leaks.service.js';
import { OurImages } from './images/our-images.service.js';
import { Retention } from './images/retention.service.js';
import { Retirement } from './images/retirement.service.js';
import { Rollback } from './images/rollback.service.js';
import { StaleRows } from './images/stale-rows.service.js';
import { KeptServers } from './kept-servers.service.js';
import { BuildLogController } from './log/build-log.controller.js';
import { LogMarksService } from './log/log-marks.service.js';
import { LogOutlineService } from './log/log-outline.service.js';
import { LogSearch } from './log/log-search.service.js';
import { PackagesController } from './packages/packages.controller.js';
import { Packages } from './packages/packages.service.js';
import { Pauses } from './pauses.service.js';
import { Reaper } from './reaper.service.js';
import { StageRunner } from './stage-runner.service.js';
import { BootStage } from './stages/boot.stage.js';
import { BuildStage } from './stages/build.stage.js';
import { CleanupStage } from './stages/cleanup.stage.js';
import { PromoteStage } from './stages/promote.stage.js';
import { TestStage } from './stages/test.stage.js';
import { UploadStage } from './stages/upload.stage.js';
import { BuildFigures } from './statistics/build-figures.service.js';
import { BuildsCsvController } from './statistics/builds-csv.controller.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { Statistics } from './statistics/statistics.service.js';
import { Undo } from './undo.service.js';

@Module({
  imports: [AgentModule, OpenstackModule],
  controllers: [
    BuildLogController,
    BuildsController,
    BuildsCsvController,
    DistrosController,
    ImagesController,
    PackagesController,
    StatisticsController,
  ],
  providers: [
    AbandonedWork,
    Adoption,
    ArtifactShelf,
    BootStage,
    BuildEvents,
    BuildExecution,
    BuildFigures,
    BuildHistory,
    BuildQueue,
    BuildStage,
    BuildViews,
    BuildsService,
    CleanupStage,
    ConsoleFollower,
    Deletion,
    DistroRegistry,
    DistrosService,
    ImageSwitch,
    KeptServers,
    Leaks,
    LogMarksService,
    LogOutlineService,
    LogSearch,
    OurImages,
    Packages,
    PromoteStage,
    Reaper,
    Retention,
    Retirement,
    Rollback,
    Pauses,
    StageRunner,
    StaleRows,
    Statistics,
    TestStage,
    Undo,
    UploadStage,
  ],
  exports: [BuildEvents, BuildQueue, BuildsService, DistrosService],
})
export class BuilderModule {}
