import { fileURLToPath } from 'node:url';
import type { CloudFlavor } from '@image-manager/cloud';
import { SERVER_FILES } from './server-record.js';

export type Accelerator = 'kvm' | 'tcg';

/** QEMU's user network: what a server gets by DHCP, and the one address beside it that answers. */
export const SERVER_ADDRESS = '10.0.2.15';
export const MANAGER_ADDRESS = '10.0.2.100';

/** The file name by which a relay's process is known. */
export const RELAY_FILE = 'relay.mjs';
const relayPath = fileURLToPath(new URL(`../../relay/${RELAY_FILE}`, import.meta.url));

export interface Machine {
  /** Goes into the command line, so that the process can be found when its record was lost. */
  serverId: string;
  flavor: CloudFlavor;
  accelerator: Accelerator;
}

/**
 * The machine that a server and the accelerator's probe have in common: i440fx, whose IDE CD-ROM every cloud kernel
 * reads, without a graphics card, so that firmware and boot loader speak on the serial console too.
 */
export function machineArguments(machine: Machine, consoleFile: string): string[] {
  const { serverId, flavor, accelerator } = machine;
  return [
    ...['-uuid', serverId],
    ...['-no-user-config', '-nodefaults'],
    ...['-machine', 'pc,graphics=off', '-vga', 'none', '-display', 'none'],
    ...(accelerator === 'kvm'
      ? ['-accel', 'kvm', '-cpu', 'host']
      : // One thread for all virtual CPUs: with a thread each, QEMU 7.2 now and then runs code that the guest's kernel has
        // just patched on another CPU, and both spin for ever early in the boot. It costs about a quarter of the speed.
        ['-accel', 'tcg,thread=single', '-cpu', 'max']),
    ...['-smp', String(flavor.vcpus), '-m', String(flavor.memoryMb)],
    ...['-object', 'rng-random,id=rng,filename=/dev/urandom', '-device', 'virtio-rng-pci,rng=rng'],
    ...['-chardev', `file,id=console,path=${consoleFile},append=on`, '-serial', 'chardev:console'],
  ];
}

export interface ServerMachine extends Machine {
  macAddress: string;
  grpcTarget: { host: string; port: number };
}

/** QEMU's arguments for a server; paths are relative to the server's folder. */
export function serverArguments(server: ServerMachine): string[] {
  return [
    ...machineArguments(server, SERVER_FILES.console),
    ...['-pidfile', SERVER_FILES.pid],
    ...['-chardev', `socket,id=monitor,path=${SERVER_FILES.monitor},server=on,wait=off`],
    ...['-mon', 'chardev=monitor,mode=control'],
    // The disk goes with the server, so nobody needs its writes to outlive a power failure of this machine.
    ...['-drive', `if=none,id=disk,file=${SERVER_FILES.disk},format=qcow2,cache=unsafe,discard=unmap`],
    ...['-device', 'virtio-blk-pci,drive=disk,bootindex=0'],
    ...['-drive', `if=none,id=config,file=${SERVER_FILES.configDrive},format=raw,media=cdrom,readonly=on`],
    ...['-device', 'ide-cd,drive=config,bus=ide.1'],
    ...['-netdev', networkArgument(server)],
    ...['-device', `virtio-net-pci,netdev=net,mac=${server.macAddress},romfile=`],
  ];
}

/** An address in QEMU's own range, the same for the same server. */
export function macAddressOf(serverId: string): string {
  const [a, b, c] = [serverId.slice(0, 2), serverId.slice(2, 4), serverId.slice(4, 6)];
  return `52:54:00:${a}:${b}:${c}`;
}

/**
 * `restrict=on` cuts the server off from everything (without it a guest reaches every service on this machine's
 * loopback); `guestfwd` with `-cmd:` then starts one relay per connection to the one address that is left.
 */
export function networkArgument({
  serverId,
  grpcTarget,
}: Pick<ServerMachine, 'serverId' | 'grpcTarget'>): string {
  const { host, port } = grpcTarget;
  const command = [process.execPath, relayPath, host, String(port), serverId].map(shellQuoted).join(' ');
  // A comma would end the value: QEMU's options double it.
  return `user,id=net,restrict=on,guestfwd=tcp:${MANAGER_ADDRESS}:${port}-cmd:${command.replaceAll(',', ',,')}`;
}

/** QEMU splits the command with GLib's g_shell_parse_argv, which knows a shell's quotes and runs no shell. */
function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
