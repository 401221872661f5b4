# The boot sector of the stand-in images: prints a prompt on the first serial port, and halts. With WRITES=1 it goes on to
# write a sector to the disk at each tick of the clock (18 a second), each into another cluster of a qcow2 file.
#   as --32 --defsym WRITES=1 system.s -o system.o && objcopy -O binary -j .text system.o system.bin
        .code16
        .equ    origin, 0x7c00

        cli
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $origin, %sp
        sti
        cld

        movw    $(origin + prompt), %si
print:  lodsb
        testb   %al, %al
        jz      tick
        movw    $0x3f8, %dx
        outb    %al, %dx
        jmp     print

tick:   hlt
        .if     WRITES
        movw    $0x4300, %ax            # BIOS: extended write, to the first disk
        movb    $0x80, %dl
        movw    $(origin + packet), %si
        int     $0x13
        jc      tick
        addl    $128, (origin + sector)
        .endif
        jmp     tick

packet: .byte   16, 0
        .word   1                       # sectors
        .word   origin, 0               # from here
sector: .long   256, 0

prompt: .asciz  "debian login: "

        .org    510
        .byte   0x55, 0xaa
