#!/bin/busybox sh
# The first process of the guest: loads modules, puts the other machine's files under a layer of
# memory, runs inside.sh there, and turns the machine off.
/bin/busybox mkdir -p /proc /sys /dev /tmp /lower /layer /merged
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do
    insmod "/modules/$module" || echo "guest: $module does not load"
done < /modules/order
ip link set lo up

options=trans=virtio,version=9p2000.L,msize=262144
mount -t 9p -o "$options,ro,cache=loose" root /lower
mount -t tmpfs memory /layer
mkdir -p /layer/upper /layer/work
mount -t overlay -o lowerdir=/lower,upperdir=/layer/upper,workdir=/layer/work overlay /merged
for folder in proc sys dev; do mount -o bind "/$folder" "/merged/$folder"; done
mount -t tmpfs memory /merged/tmp
mkdir -p /merged/dev/pts /merged/tmp/share
mount -t devpts -o ptmxmode=666 devpts /merged/dev/pts
mount -t 9p -o "$options,cache=none" share /merged/tmp/share

chroot /merged /bin/bash /tmp/share/inside.sh
echo $? > /merged/tmp/share/status
sync
poweroff -f
