import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Min } from 'class-validator';
import type { PackageChange, PackageDifference, PackageList, PackageView } from '@image-manager/contracts';

export class PackageDto implements PackageView {
  @ApiProperty({ example: 'openssl' }) name!: string;
  @ApiProperty({ example: '3.0.17-1~deb12u2' }) version!: string;
  @ApiProperty({ example: 'amd64' }) architecture!: string;
}

export class PackageListDto implements PackageList {
  @ApiProperty({ example: 'local' }) cloud!: string;
  @ApiProperty({ example: '6.1.0-40-cloud-amd64' }) kernelRelease!: string;
  @ApiProperty({ type: [PackageDto], description: 'By name' }) packages!: PackageDto[];
}

export class PackageChangeDto implements PackageChange {
  @ApiProperty({ example: 'openssl' }) name!: string;
  @ApiProperty({ example: 'amd64' }) architecture!: string;
  @ApiProperty({ example: '3.0.16-1~deb12u1' }) from!: string;
  @ApiProperty({ example: '3.0.17-1~deb12u2' }) to!: string;
}

export class PackageDifferenceDto implements PackageDifference {
  @ApiProperty({ example: 'local' }) cloud!: string;
  @ApiProperty({
    type: Number,
    nullable: true,
    description:
      'The build it is compared with; null when there was no image before, or its packages are unknown',
  })
  against!: number | null;
  @ApiProperty({ type: [PackageDto] }) added!: PackageDto[];
  @ApiProperty({ type: [PackageDto] }) removed!: PackageDto[];
  @ApiProperty({ type: [PackageChangeDto] }) changed!: PackageChangeDto[];
  @ApiProperty({ description: 'How many are the same in both' }) same!: number;
}

export class ComparePackagesDto {
  @ApiPropertyOptional({ example: 'local', description: 'The build’s first one that reported, if absent' })
  @IsOptional()
  @IsString()
  cloud?: string;

  @ApiPropertyOptional({
    example: 11,
    description: 'A build; if absent, that of the image that was current before in the cloud',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  against?: number;
}
