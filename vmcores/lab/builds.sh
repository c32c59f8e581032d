# shellcheck shell=bash
# Part of lab: kernels built of Debian's source, for what Debian's own kernels are built without. As few parts of it
# as a guest of the lab needs (tinyconfig, and configs/NAME on top), so that it is an hour and not a day.
#
#	$CACHE/NAME/root/		image and modules, as a package of Debian has them
#	$CACHE/NAME/version		version of the source package
#	$CACHE/NAME/vmlinux-dbg		the same kernel with debuginfo
#	$CACHE/NAME/build/		source and objects, until it is built: begun again, it goes on

BUILD_PACKAGES="make gcc bc bison flex libelf-dev libssl-dev pahole kmod"

is_built()
{
	table builds | cut -f1 | grep -q -x -F -e "$1"
}

# The line of a kernel, wherever it comes from.
kernel_row()
{
	if is_built "$1"; then
		row builds "$1"
	else
		row kernels "$1"
	fi
}

# Whether this kernel has the debugfs of its IOMMU's driver built in.
has_own_debugfs()
{
	is_built "$1" && grep -q '^CONFIG_IOMMU_DEBUGFS=y' "$HERE/configs/$1"
}

# Beside Debian's: one that was built before is taken.
build_kernel()
{
	local name=$1 line suite package program dir=$CACHE/$1 work=$CACHE/$1/build

	for program in make gcc bc bison flex pahole; do
		command -v "$program" >/dev/null || die "missing: $program; try: apt-get install $BUILD_PACKAGES"
	done
	line=$(kernel_row "$name")
	read -r suite package _ <<<"$line"
	[ -e "$work/unpacked" ] || unpack_source_of_build "$suite" "$package" "$dir"
	say "building $package $(cat "$dir/version") as configs/$name has it: $work/log"
	{
		configure_kernel "$work" "$HERE/configs/$name" &&
		make_in "$work" bzImage modules &&
		install_kernel "$work" "$dir/root.new"
	} >"$work/log" 2>&1 || die "not built: $(tail -n 1 "$work/log"); see $work/log"
	mv "$work/build/vmlinux" "$dir/vmlinux-dbg"
	mv "$dir/root.new" "$dir/root"
	rm -rf "$work"
}

unpack_source_of_build()
{
	local suite=$1 package=$2 dir=$3 work=$3/build

	use_archive "$suite"
	rm -rf "$work"
	mkdir -p "$work/build"
	download "$dir/deb" "$package"
	dpkg-deb -f "$(echo "$dir/deb/$package"_*.deb)" Version >"$dir/version"
	unpack_source "$(echo "$dir/deb/$package"_*.deb)" "$package" "$work/source"
	rm -r "$dir/deb"
	touch "$work/unpacked"
}

# The archive inside a package linux-source-VERSION.
unpack_source()
{
	say "unpacking, this takes a minute"
	mkdir -p "$3"
	dpkg-deb --fsys-tarfile "$1" | tar -x -O "./usr/src/$2.tar.xz" | tar -x -J -C "$3" --strip-components=1
}

# Each option that is asked for must be there: one that another one needs may be missing.
configure_kernel()
{
	local work=$1 config=$2 option

	make_in "$work" tinyconfig
	cat "$config" >>"$work/build/.config"
	make_in "$work" olddefconfig
	grep '^CONFIG_' "$config" | while read -r option; do
		grep -q -x -F -e "$option" "$work/build/.config" || {
			echo "not taken: $option"
			return 1
		}
	done
}

make_in()
{
	local work=$1

	shift
	make -s -j"$(nproc)" -C "$work/source" O="$work/build" "$@" </dev/null
}

install_kernel()
{
	local work=$1 root=$2 release

	rm -rf "$root"
	make_in "$work" INSTALL_MOD_PATH="$root" INSTALL_MOD_STRIP=1 DEPMOD=true modules_install || return
	release=$(ls "$root/lib/modules")
	rm -f "$root/lib/modules/$release"/{build,source}
	mkdir -p "$root/boot"
	cp "$work/build/arch/x86/boot/bzImage" "$root/boot/vmlinuz-$release"
	index_modules "$root" "$release"
}
