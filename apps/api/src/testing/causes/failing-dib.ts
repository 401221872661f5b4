import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * A folder with a disk-image-create that does as `--root-label` says: `killed` takes its supervisor along, `hangs` does
 * not end, `nothing` makes no image, `link` one that leads elsewhere, `large` makes an image of 16 MiB that cannot be compressed. By any other name it is the other stand-in.
 */
export function failingDib(): string {
  const folder = mkdtempSync(join(tmpdir(), 'image-manager-dib-'));
  const working = resolve(import.meta.dirname, '../stand-ins/bin/disk-image-create');
  const program = join(folder, 'disk-image-create');
  writeFileSync(
    program,
    `#!/bin/bash
for argument; do
    case "$argument" in --root-label=*) mode=\${argument#*=} ;; esac
    if [ "\${previous:-}" = -o ]; then stem=$argument; fi
    previous=$argument
done
# As DIB names a script that runs in the chroot.
running="dib-run-parts Running /tmp/in_target.d/install.d/01-package-installs"
case "\${mode:-}" in
    killed) echo "$running"; kill -9 $PPID $$ ;;
    hangs) echo "$running"; exec sleep 600 ;;
    nothing) exit ;;
    link) ln -s "$(readlink -f "$0")" "$stem.qcow2"; exit ;;
    large)
        head -c 16777216 /dev/urandom > "$stem.raw"
        qemu-img convert -f raw -O qcow2 "$stem.raw" "$stem.qcow2"
        rm "$stem.raw"
        exit ;;
esac
exec "${working}" "$@"
`,
  );
  chmodSync(program, 0o755);
  return folder;
}
