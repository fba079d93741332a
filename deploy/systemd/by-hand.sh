#!/bin/sh
# To /usr/local/sbin/emberwatch: a command by hand, for root, as the services' user with their config and variables.
# What the services get as a credential it needs as well: --property=LoadCredential=… and --setenv=….
exec systemd-run --quiet --wait --collect --pty --pipe \
    --uid=emberwatch --gid=emberwatch --property=UMask=0077 \
    --working-directory=/var/lib/emberwatch \
    --setenv=EMBERWATCH_CONFIG=/etc/emberwatch/config.yaml \
    --property=EnvironmentFile=-/etc/emberwatch/environment \
    /opt/emberwatch/bin/emberwatch "$@"
