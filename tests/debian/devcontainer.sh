#!/bin/bash
# SPDX-License-Identifier: MIT
#
# devcontainer.sh
#
# The development container without VS Code and without docker: what .devcontainer/ asks for
# when a container is created, and then another scenario, in a container of buildah's. They run
# as VS Code would run them: as the user vscode, who has sudo, with a checkout in /workspaces.
#
#   sudo tests/debian/devcontainer.sh
#
# The image is not Microsoft's, but one of the same suite that is made from Debian's packages,
# with the same user and the tools that matter here. buildah changes only the root (chroot
# isolation), so it needs no cgroups, but cannot show what a real engine forbids.
#
# Wants root, mmdebstrap, buildah, jq, a mirror (400 MB), and 8 GB below ${TMPDIR:-/tmp}. With
# devcontainer (npm install --global @devcontainers/cli) that reads .devcontainer/, else jq.
# It takes ten minutes on two idle cores, so ctest does not run it.
set -euo pipefail
export LC_ALL=C
checkout=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)

say() { printf 'devcontainer: %s\n' "$@" >&2; }
stop() {
  say "$@"
  exit 3
}

[ "$(id -u)" = 0 ] || stop "this needs root, to make an image"
for tool in mmdebstrap buildah jq; do
  command -v $tool >/dev/null || stop "$tool is missing: apt-get install $tool"
done

# configuration KEY: what .devcontainer/ says of it.
configuration() {
  if command -v devcontainer >/dev/null; then
    # It asks docker only whether the container is there already.
    devcontainer read-configuration --docker-path true --workspace-folder "$checkout" 2>/dev/null |
      jq --exit-status --raw-output ".configuration.$1"
  else
    jq --exit-status --raw-output ".$1" "$checkout/.devcontainer/devcontainer.json"
  fi
}
image=$(configuration image)
suite=${image#mcr.microsoft.com/devcontainers/base:}
[ "$suite" != "$image" ] || stop "no image of Debian's packages is like $image"
# What a new container runs, and what a student types then.
commands=("$(configuration postCreateCommand)" './lab run no-listen')

# buildah's files are here, too, and are removed with the rest.
work=$(mktemp -d "${TMPDIR:-/tmp}/devcontainer.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
in_work() {
  local command=$1
  shift
  buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$command" "$@"
}

say "an image like $image"
mmdebstrap --quiet --variant=minbase \
  --include=ca-certificates,curl,git,gnupg,iproute2,jq,less,locales,man-db,procps,sudo,xz-utils,zsh \
  "$suite" "$work/image.tar"
container=$(in_work from scratch)
in_work add --quiet "$container" "$work/image.tar" / >/dev/null
rm "$work/image.tar"
inside() { in_work run --isolation chroot "$@"; }
inside "$container" useradd --create-home --shell /bin/bash --uid 1000 vscode
inside "$container" sh -c '
  echo "vscode ALL=(root) NOPASSWD:ALL" >/etc/sudoers.d/vscode && chmod 440 /etc/sudoers.d/vscode'

mkdir "$work/lab"
tar --create --directory "$checkout" --exclude=./build --exclude=./.git . |
  tar --extract --no-same-owner --directory "$work/lab"
chown -R 1000:1000 "$work/lab"

status=0 took=()
for each in "${commands[@]}"; do
  say "$each"
  begin=$SECONDS
  inside --user vscode --workingdir /workspaces/lab --volume "$work/lab:/workspaces/lab" \
    --env HOME=/home/vscode --env LANG=C.UTF-8 --env LC_ALL= "$container" /bin/sh -c "$each" || status=$?
  took+=("$(((SECONDS - begin) / 60)) min $(((SECONDS - begin) % 60)) s, exit code $status: $each")
  [ "$status" = 0 ] || break
done
say "${took[@]}" \
  "$(du --summarize --block-size=M "$(in_work mount "$container")" | cut -f 1) in the container," \
  "$(du --summarize --block-size=M "$work/lab" | cut -f 1) in the checkout"
exit "$status"
