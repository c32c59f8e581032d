# shellcheck shell=bash
# Part of lab: crash releases of other Debian releases, beside the machine's own.
#
#	$CACHE/crash/SUITE/root		crash with all that it depends on, unpacked
#	$CACHE/crash/SUITE/version	its version
#	$CACHE/crash/SUITE/crash	starts it; the same for its other programs
#	$BUILD/crash/SUITE/iommu.so	the plugin of this tree, built against its header

fetch_crash()
{
	local suite=$1 packages dir=$CACHE/crash/$1

	packages=$(row crashes "$suite")
	if [ ! -e "$dir/root" ]; then
		unpack_with_dependencies "$suite" "$dir" "${packages//,/ }"
	fi
	say "crash $(crash_version "$suite") in $dir (remove it to renew)"
}

# To apt nothing is installed (use_archive), so it names all that these programs
# need, the C library and its dynamic loader among them.  The version is that of
# the first one.
unpack_with_dependencies()
{
	local suite=$1 dir=$2 packages=$3 deb

	use_archive "$suite"
	rm -rf "$dir"
	mkdir -p "$dir/deb/partial"
	say "downloading of $suite with all they depend on: $packages"
	# shellcheck disable=SC2086 # one word for each package
	apt-get -q -q -y --no-install-recommends --download-only \
		-o Dir::Cache::archives="$dir/deb" install $packages
	for deb in "$dir/deb"/*.deb; do
		dpkg-deb -x "$deb" "$dir/root.new"
	done
	dpkg-deb -f "$(echo "$dir/deb/${packages%% *}"_*.deb)" Version >"$dir/version"
	rm -r "$dir/deb"
	mv "$dir/root.new" "$dir/root"
	write_wrappers "$dir"
}

# A program of another release needs the libraries of that release, down to the
# dynamic loader.
write_wrappers()
{
	local dir=$1 loader libraries program

	loader=$(cd "$dir" && find root -name 'ld-linux-x86-64.so.2' | head -n 1)
	libraries=$(library_path "$dir/root")
	for program in "$dir"/root/usr/{bin,sbin}/{crash,makedumpfile,kexec}; do
		[ -x "$program" ] || continue
		cat >"$dir/${program##*/}" <<-END
		#!/bin/sh
		exec $dir/$loader --library-path $libraries $program "\$@"
		END
		chmod 755 "$dir/${program##*/}"
	done
}

# The same for a guest: the program with just the libraries that it asks for.
copy_program()
{
	local suite=$1 program=$2 root=$3 from=$CACHE/crash/$1 loader to library

	to=$root/tools/$program
	loader=$(find "$from/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
	mkdir -p "$to" "$root/bin"
	cp -L "$loader" "$to/loader"
	cp -L "$from"/root/usr/*bin/"$program" "$to/program"
	"$loader" --library-path "$(library_path "$from/root")" --list \
		"$to/program" | sed -n 's/.* => \([^ ]*\) .*/\1/p' |
	while read -r library; do
		cp -L "$library" "$to"
	done
	cat >"$root/bin/$program" <<-END
	#!/bin/sh
	exec /tools/$program/loader --library-path /tools/$program /tools/$program/program "\$@"
	END
	chmod 755 "$root/bin/$program"
}

library_path()
{
	find "$1" -name '*.so*' -printf '%h\n' | grep -E '/root(/usr)?/lib(64)?(/x86_64-linux-gnu)?$' |
		sort -u | paste -s -d :
}

crash_version()
{
	sed 's/^[0-9]*://; s/-[^-]*$//; s/[+~].*//' "$CACHE/crash/$1/version"
}

# The plugin against the header of that crash.  The compiler is this machine's,
# and so is the C library that it links with: what comes out must not ask for
# more than the C library of that release has.
build_plugin()
{
	local suite=$1 root=$CACHE/crash/$1/root so newer
	so=$(plugin_of "$suite")

	fetch_crash "$suite" || return
	make -s -C "$TOP" -j2 plugin BUILD="${so%/*}" CRASH_INCLUDE="$root/usr/include/crash" ||
		return
	newer=$(comm -23 <(versions_wanted "$so") <(versions_had "$root"))
	if [ -n "$newer" ]; then
		say "iommu.so built here wants of $suite's C library:" "$newer"
		return 1
	fi
	say "plugin for crash $(crash_version "$suite") in $so"
}

plugin_of()
{
	echo "$BUILD/crash/$1/iommu.so"
}

versions_wanted()
{
	objdump -T "$1" | grep -o 'GLIBC_[0-9.]*' | sort -u
}

versions_had()
{
	find "$1" -name 'libc.so.6' -exec objdump -T '{}' + |
		grep -o 'GLIBC_[0-9.]*' | sort -u
}
