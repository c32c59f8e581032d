# shellcheck shell=bash
# Part of lab: what the IOMMU's driver itself shows of its tables in debugfs. Debian's kernels are built without
# (CONFIG_INTEL_IOMMU_DEBUGFS, CONFIG_AMD_IOMMU_DEBUGFS), so the file of the kernel that does it is taken from
# Debian's linux-source of the same version and made a module for the kernel as it is: nothing else of that
# kernel is built, and what is read is a kernel that users have.
#
#	$CACHE/NAME/debugfs.module/lab_VENDOR.ko		the module
#	$CACHE/NAME/debugfs.module/lab_VENDOR.addresses	symbols whose addresses it is given

DEBUGFS_PACKAGES="make bc bison flex libelf-dev libssl-dev"

# The module of a kernel for one vendor.
build_debugfs()
{
	local name=$1 vendor=$2 dir=$CACHE/$1/debugfs.module work

	[ ! "$dir/lab_$vendor.ko" -nt "$HERE/debugfs/lab_$vendor.c" ] || return 0
	fetch "$name"
	work=$dir/work
	[ -e "$work/prepared" ] || prepare_source "$name" "$work"
	rm -rf "$work/module"
	mkdir -p "$work/module"
	cp "$HERE/debugfs/"{Kbuild,addresses.h,"lab_$vendor.c"} "$work/module"
	sed -e '/^#include "/d' -e 's/\(info\|dev_pasid\)->debugfs_dentry/lab_dentry/g' -e 's/iommu->debugfs\>/lab_dentry/g' \
		-e 's/iommu->dbg_\(mmio\|cap\)_offset/lab_\1_offset/g' \
		"$work/source/drivers/iommu/$vendor/debugfs.c" >"$work/module/kernel-debugfs.c"
	kernel_make "$name" "$work" M="$work/module" VENDOR="$vendor" modules >"$dir/log" 2>&1 ||
		die "no module: see $dir/log"
	sed -n 's/^ADDRESS_OF(\(.*\));$/\1/p' "$HERE/debugfs/lab_$vendor.c" >"$dir/lab_$vendor.addresses"
	cp "$work/module/lab_$vendor.ko" "$dir"
	say "$vendor's debugfs for $name in $dir"
}

# The source as it was configured for this kernel, as far as a module needs it.
prepare_source()
{
	local name=$1 work=$2 line suite version upstream release package headers program

	for program in bison flex bc make; do
		command -v "$program" >/dev/null || die "missing: $program; try: apt-get install $DEBUGFS_PACKAGES"
	done
	line=$(kernel_row "$name")
	read -r suite _ <<<"$line"
	use_archive "$suite"
	version=$(cat "$CACHE/$name/version")
	release=$(release_of "$name")
	upstream=${version#"${version%%.*}."}
	package=linux-source-${version%%.*}.${upstream%%.*}
	rm -rf "$work"
	mkdir -p "$work/build"
	download "$work/deb" "$package=$version"
	download "$work/deb" "linux-headers-$release=$version"
	unpack_source "$(echo "$work/deb/$package"_*.deb)" "$package" "$work/source"
	dpkg-deb -x "$(echo "$work/deb/linux-headers-$release"_*.deb)" "$work/headers"
	headers=$(find "$work/headers" -name Module.symvers -printf %h)
	cp "$headers"/{.config,Module.symvers} "$work/build"
	rm -r "$work/deb" "$work/headers"
	say "preparing the source of $version for a module"
	{
		kernel_make "$name" "$work" olddefconfig
		kernel_make "$name" "$work" modules_prepare
	} >"$CACHE/$name/debugfs.module/log" 2>&1 || die "cannot prepare it: see $CACHE/$name/debugfs.module/log"
	touch "$work/prepared"
}

kernel_make()
{
	local name=$1 work=$2

	shift 2
	make -s -j"$(nproc)" -C "$work/source" O="$work/build" KERNELRELEASE="$(release_of "$name")" "$@" </dev/null
}

# Into the guest's initrd: the module, and what it is given.
build_initrd_for_debugfs()
{
	local name=$1 new=$2 vendor=$3

	build_debugfs "$name" "$vendor"
	mkdir -p "$new/initrd.d/debugfs"
	cp "$CACHE/$name/debugfs.module/lab_$vendor".{ko,addresses} "$new/initrd.d/debugfs"
}
