# Fetches Debian packages without installing them, for run.sh. Sets kernel, modules, busybox,
# include and libraries.
# shellcheck shell=bash disable=SC2034

# The packages of one Debian suite and their lists, kept apart from the system's own.
archive() {
    local suite=$1 place=$cache/apt-$1
    shift
    mkdir -p "$place/lists/partial" "$place/cache/archives/partial"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s\n' "$@" \
        > "$place/sources.list"
    cat > "$place/apt.conf" << END
Dir::State::lists "$place/lists";
Dir::State::status "/dev/null";
Dir::Cache "$place/cache";
Dir::Etc::sourcelist "$place/sources.list";
Dir::Etc::sourceparts "-";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "";
END
    export APT_CONFIG=$place/apt.conf
    apt-get -qq update || skip "the package lists of $suite cannot be fetched"
}

# Unpacks packages into a folder.
unpack() {
    local folder=$1 debs
    shift
    debs=$(mktemp -d)
    (cd "$debs" && apt-get -qq download "$@") || skip "cannot fetch $*"
    mkdir -p "$folder"
    for deb in "$debs"/*.deb; do dpkg-deb -x "$deb" "$folder"; done
    rm -r "$debs"
}

# The kernel package that a package without a version stands for; nothing when it is not known.
newest_image() {
    apt-cache depends "$1" 2> /dev/null \
        | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' || true
}

# The packages of the same kernel that a package depends on.
linux_parts() {
    apt-cache depends "$1" | sed -n 's/^ *Depends: \(linux-[a-z]*-[0-9].*\)$/\1/p'
}

mirror=http://deb.debian.org/debian

prepare_2() {
    local tree=$root/tree image
    if [[ ! -e $tree/.complete ]]; then
        rm -rf "$tree"
        archive trixie "$mirror trixie main" "$mirror trixie-backports main"
        image=${CITYZENBOX_GUEST_LINUX:-$(newest_image linux-image-amd64/trixie-backports)}
        [[ -n $image ]] || skip "the package lists of Debian 13 cannot be fetched"
        mapfile -t parts < <(linux_parts "$image")
        unpack "$tree" busybox-static libgpiod3 libgpiod-dev "$image" "${parts[@]}"
        touch "$tree/.complete"
    fi
    found "$tree"
    include=$tree/usr/include
    libraries=$tree/usr/lib/x86_64-linux-gnu
}

# Where the kernel and its modules are in `tree`.
found() {
    kernel=$(find "$1" -path '*/vmlinuz*' -type f | sort -V | tail -n 1)
    modules=$(find "$1" -name modules.builtin -printf '%h\n' | sort -V | tail -n 1)
    busybox=$1/usr/bin/busybox
    if [[ ! -e $busybox ]]; then busybox=$1/bin/busybox; fi
    [[ -n $kernel && -n $modules ]] || skip "there is no kernel in $1"
}

# Debian 12: its kernel has no gpio-sim, so that is built from the source of the same version.
prepare_1() {
    local tree=$root/tree image abi
    command -v make > /dev/null && command -v gcc-12 > /dev/null \
        || skip "gpio-sim of Debian 12 is built with gcc-12 and make"
    if [[ ! -e $tree/.complete ]]; then
        rm -rf "$tree"
        archive bookworm "$mirror bookworm main" "$mirror-security bookworm-security main"
        image=${CITYZENBOX_GUEST_LINUX:-$(newest_image linux-image-amd64)}
        [[ -n $image ]] || skip "the package lists of Debian 12 cannot be fetched"
        abi=${image#linux-image-}
        unpack "$tree" busybox-static libgpiod2 libgpiod-dev "$image" "linux-headers-$abi" \
            "linux-headers-${abi%-amd64}-common" linux-kbuild-6.1 linux-source-6.1
        build_gpio_sim "$tree" "$tree/usr/src/linux-headers-$abi"
        touch "$tree/.complete"
    fi
    found "$tree"
    include=$tree/usr/include
    libraries=$tree/usr/lib/x86_64-linux-gnu
}

# Puts gpio-sim, with the interrupt simulator that it needs and Debian leaves out, beside the
# modules of the kernel.
build_gpio_sim() {
    local tree=$1 headers=$2 work=$root/gpio-sim
    rm -rf "$work"
    mkdir -p "$work"
    tar -xf "$tree"/usr/src/linux-source-6.1.tar.* -C "$work" --strip-components=1 \
        linux-source-6.1/drivers/gpio/gpio-sim.c linux-source-6.1/drivers/gpio/gpiolib.h \
        linux-source-6.1/kernel/irq/irq_sim.c
    rm "$tree"/usr/src/linux-source-6.1.tar.*
    # One module of both: nothing is exported between them, and what the kernel exports for the
    # same purpose takes the place of what it does not.
    sed -e '/^EXPORT_SYMBOL/d' \
        -e 's/handle_simple_irq(irq_to_desc(\([a-z_]*\)))/generic_handle_irq_safe(\1)/' \
        "$work/kernel/irq/irq_sim.c" > "$work/irq_sim.c"
    cp "$work/drivers/gpio/gpio-sim.c" "$work/gpio_sim.c"
    cp "$work/drivers/gpio/gpiolib.h" "$work"
    printf 'obj-m := gpio-sim.o\ngpio-sim-y := gpio_sim.o irq_sim.o\n' > "$work/Makefile"
    # The headers name each other by the places where they would be installed.
    grep -rlI --include=Makefile --include='*.mk' -e '/usr/src/linux-headers' \
        -e '/usr/lib/linux-kbuild' "$headers" "$headers/../" | sort -u | while read -r file; do
        sed -i -e "s#\([ =]\)/usr/src/linux-headers#\1$tree/usr/src/linux-headers#g" \
            -e "s#\([ =]\)/usr/lib/linux-kbuild#\1$tree/usr/lib/linux-kbuild#g" "$file"
    done
    make -s -C "$headers" "M=$work" CC=gcc-12 modules
    cp "$work/gpio-sim.ko" "$(dirname "$(find "$tree" -name modules.builtin)")/kernel/drivers/gpio/"
}
