#!/usr/bin/env bash
# Makes the image debian:bookworm-slim out of Debian's packages, where no registry is at hand; does nothing when the
# engine has it. As the official one: a minimal Debian with security updates, without documentation and package lists.
# It takes over this machine's mirrors and the certificates it trusts beside Debian's.
set -euo pipefail

image=debian:bookworm-slim
here=$(cd "$(dirname "$0")" && pwd)
if docker image inspect "$image" >/dev/null 2>&1; then exit 0; fi
if ((EUID != 0)); then exec sudo --preserve-env=DOCKER_HOST "$here/local-base.sh"; fi

folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
root=$folder/root
keys=/usr/share/keyrings/debian-archive-keyring.gpg

# This machine's sources of bookworm: "uri suite", the main one first.
sources() {
    # shellcheck disable=SC2016  # apt-get expands
    apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Identifier: Packages' 'Origin: Debian' 'Component: main' |
        { grep ' bookworm' || true; } | sort --unique --key=2,2
}
mirror=$(sources | awk '$2 == "bookworm" {print $1}')

chroot_root() { env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }

debootstrap --variant=minbase --include=ca-certificates --keyring="$keys" bookworm "$root" ${mirror:+"$mirror"}

if [[ -n $mirror ]]; then
    sources | while read -r uri suite; do echo "deb [signed-by=$keys] $uri $suite main"; done >"$root/etc/apt/sources.list"
fi
cat >"$root/etc/dpkg/dpkg.cfg.d/slim" <<'END'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/lintian/*
path-exclude /usr/share/linda/*
END
# What apt keeps is of no use in an image.
cat >"$root/etc/apt/apt.conf.d/slim" <<'END'
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb"; };
Acquire::Languages "none";
Apt::AutoRemove::SuggestsImportant "false";
END
# No package starts a daemon in an image.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
chroot_root apt-get update
chroot_root apt-get upgrade --yes

# Certificates this machine trusts and Debian does not know, one a file.
awk -v to="$root/usr/local/share/ca-certificates/of-host-" '
    /BEGIN CERTIFICATE/ { text = "" }
    { text = text $0 "\n" }
    /END CERTIFICATE/ { if (FNR == NR) known[text] = 1; else if (!known[text]++) printf "%s", text > (to (++count) ".crt") }' \
    "$root/etc/ssl/certs/ca-certificates.crt" /etc/ssl/certs/ca-certificates.crt
chroot_root update-ca-certificates

find "$root/usr/share/doc" -type f ! -name copyright -delete
find "$root/usr/share/doc" -type l -delete
find "$root/usr/share/doc" -mindepth 1 -type d -empty -delete
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/cache/debconf/*-old "$root"/usr/share/man/?? \
    "$root"/usr/share/man/??_* "$root"/usr/share/man/man* "$root"/usr/share/info "$root"/usr/share/locale/* \
    "$root"/usr/share/lintian "$root"/usr/share/linda "$root"/var/log/* "$root"/tmp/*

tar --directory="$root" --one-file-system --numeric-owner --create . |
    docker import --change 'CMD ["bash"]' --message 'debootstrap bookworm' - "$image"
