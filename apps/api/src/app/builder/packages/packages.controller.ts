import { Controller, Get, Param, ParseIntPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { PackageDifference, PackageList } from '@image-manager/contracts';
import { ApiProblems } from '../../errors/index.js';
import { ComparePackagesDto, PackageDifferenceDto, PackageListDto } from './packages.dto.js';
import { Packages } from './packages.service.js';

@ApiTags('builds')
@Controller('builds/:id')
export class PackagesController {
  constructor(private readonly packages: Packages) {}

  @Get('packages')
  @ApiOperation({ summary: 'What the agents found installed, in each cloud that has reported' })
  @ApiOkResponse({ type: [PackageListDto] })
  @ApiProblems(400, 404)
  list(@Param('id', ParseIntPipe) id: number): Promise<PackageList[]> {
    return this.packages.of(id);
  }

  @Get('package-difference')
  @ApiOperation({ summary: 'How the packages differ from those of the image before, or of another build' })
  @ApiOkResponse({ type: PackageDifferenceDto })
  @ApiProblems(400, 404, 409)
  difference(
    @Param('id', ParseIntPipe) id: number,
    @Query() query: ComparePackagesDto,
  ): Promise<PackageDifference> {
    return this.packages.difference(id, query);
  }
}
