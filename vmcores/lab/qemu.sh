# shellcheck shell=bash
# Part of lab: the emulator of another Debian release, for what this machine's
# does not do.  QEMU 7.2 logs no fault of a device; 11.1 does.
#
#	$CACHE/qemu/SUITE/root			QEMU with all that it depends on
#	$CACHE/qemu/SUITE/version		its version
#	$CACHE/qemu/SUITE/qemu-system-x86_64	starts it

fetch_qemu()
{
	local suite=$1 dir=$CACHE/qemu/$1 loader

	[ ! -e "$dir/qemu-system-x86_64" ] || return 0
	unpack_with_dependencies "$suite" "$dir" qemu-system-x86
	loader=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
	cat >"$dir/start" <<-END
	#!/bin/sh
	exec $loader --library-path $(library_path "$dir/root") \\
		$dir/root/usr/bin/qemu-system-x86_64 \\
		-L $dir/root/usr/share/qemu -L $dir/root/usr/share/seabios "\$@"
	END
	chmod 755 "$dir/start"
	mv "$dir/start" "$dir/qemu-system-x86_64"
	say "qemu $(cat "$dir/version") in $dir (remove it to renew)"
}
