/** Failures as the product words them: stage, cause, and what the agent found where that is the reason. */
export const FAILURES = [
  {
    stage: 'build',
    cause: {
      code: 'PACKAGE_NOT_FOUND',
      fault: 'definition',
      message: 'The archive has no package prometheus-node-exporter-collectors',
      advice: "Correct the package's name in the definition or the request; names are the release's own.",
      lines: [
        'Reading package lists...',
        'Building dependency tree...',
        'E: Unable to locate package prometheus-node-exporter-collectors',
      ],
    },
  },
  {
    stage: 'build',
    cause: {
      code: 'MIRROR_UNREACHABLE',
      fault: 'host',
      message: 'The package archive archive.example cannot be reached',
      advice:
        "Check the host's network, DNS and proxy, or name a mirror that it reaches (DIB_* in config.env).",
      lines: [
        'Err:1 http://archive.example/debian bookworm InRelease',
        "  Could not resolve 'archive.example'",
        'E: Failed to fetch http://archive.example/debian/dists/bookworm/InRelease',
      ],
    },
  },
  {
    stage: 'build',
    cause: {
      code: 'HOST_NO_SPACE',
      fault: 'host',
      message: 'The build ran out of space',
      advice:
        'Free disk space or memory on the build host, or let it build on disk with the argument --no-tmpfs.',
      lines: [
        'dpkg: error processing archive /var/cache/apt/archives/linux-image-6.1.0-41-amd64_6.1.158-1_amd64.deb (--unpack):',
        ' cannot copy extracted data: failed to write (No space left on device)',
      ],
    },
  },
  {
    stage: 'upload',
    cause: {
      code: 'CLOUD_QUOTA_EXCEEDED',
      fault: 'cloud',
      message:
        'Uploading to image 7d0c2f0a-52a1-4c0e-8f55-0c6f4f0d9b1e: Glance answered 413 (Image exceeds the storage quota.) to PUT /image/v2/images/7d0c2f0a-52a1-4c0e-8f55-0c6f4f0d9b1e/file, expected 204; request req-5d1f0c2e-7f7b-4b0f-9f0e-0a3c7e9a1b55',
      advice:
        'Free what the project does not need, or ask the cloud’s operator for a higher quota in Glance.',
    },
  },
  {
    stage: 'boot',
    cause: {
      code: 'CLOUD_SERVER_ERROR_STATE',
      fault: 'cloud',
      message:
        'Test server 0f6a2d51-3c1e-4c55-9d0b-7b1f4f2f9a10 in cloud openstack went to ERROR: No valid host was found. There are not enough hosts available.',
      advice:
        'The scheduler found no host for flavor m1.small in any availability zone: set OS_FLAVOR_ID to a smaller flavor or OS_AVAILABILITY_ZONE to another zone, or ask the cloud’s operator for nova-scheduler’s log about server 0f6a2d51-3c1e-4c55-9d0b-7b1f4f2f9a10.',
    },
  },
  {
    stage: 'test',
    cause: {
      code: 'CHECK_FAILED',
      fault: 'image',
      message:
        'A required check failed: system.failed-units: failed: nginx.service (bind() to 0.0.0.0:80 failed), fstrim.timer',
      advice:
        'Mend the image’s definition or elements, or take the check off requiredChecks if it does not apply.',
      lines: ['system.failed-units: failed: nginx.service (bind() to 0.0.0.0:80 failed), fstrim.timer'],
    },
    unlike: ['system.failed-units'],
  },
  {
    stage: 'boot',
    cause: {
      code: 'AGENT_SILENT',
      fault: 'image',
      message: 'The server is running, but its agent did not register within 600 s',
      advice:
        'The console’s last lines tell how far the boot came; if it only needs longer, raise deadlines.boot.',
      lines: [
        '[    4.102113] EXT4-fs (vda1): mounted filesystem with ordered data mode',
        '[    6.840021] systemd[1]: Failed to start cloud-init.service - Initial cloud-init job.',
        'You are in emergency mode. After logging in, type "journalctl -xb" to view system logs.',
      ],
    },
  },
  {
    stage: 'test',
    cause: {
      code: 'DEADLINE_EXCEEDED',
      fault: 'cloud',
      message: 'The test stage did not end within its 900 s; it was at: Waiting for the agent’s report',
      advice:
        'The log’s last lines tell what it waited for; if it only needs longer, raise deadlines.test in the definition.',
    },
  },
];

/** Of the build whose log is the long one. */
export const LONG_FAILURE = {
  stage: 'build',
  cause: {
    code: 'ELEMENT_SCRIPT_FAILED',
    fault: 'definition',
    message: 'The script install.d/70-collector failed with exit status 2',
    advice: 'Mend the script in the element observability; the lines above its end say what it could not do.',
    lines: [
      'dib-run-parts Running /tmp/in_target.d/install.d/70-collector',
      'src/receiver/otlp.cc:418:27: error: ‘struct otlp_span’ has no member named ‘trace_state’',
      'make[1]: *** [Makefile:214: build/collector] Error 1',
      'make: *** [Makefile:88: install] Error 2',
    ],
  },
};
