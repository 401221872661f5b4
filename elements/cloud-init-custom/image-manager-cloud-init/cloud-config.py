"""Prints cloud-init's configuration for the users and the SSH policy of an image definition (JSON is YAML)."""

import json
import os


def flag(name):
    return os.environ.get(name, "0") == "1"


def account(user):
    """A user as cloud-init wants it; the password stays locked until the server's user-data sets one."""
    entry = {
        "name": user["name"],
        "gecos": user["name"],
        "shell": "/bin/bash",
        "lock_passwd": True,
        "groups": user["groups"],
    }
    if user["sudo"]:
        entry["sudo"] = ["ALL=(ALL) NOPASSWD:ALL"]
    return entry


users = json.loads(os.environ.get("DIB_IMAGE_MANAGER_USERS", "[]"))
key = os.environ.get("DIB_IMAGE_MANAGER_SSH_KEY", "").strip()

config = {
    "system_info": {"network": {"renderers": ["netplan"]}},
    "disable_root": not flag("DIB_IMAGE_MANAGER_SSH_ROOT_LOGIN"),
    "ssh_pwauth": flag("DIB_IMAGE_MANAGER_SSH_PASSWORD_LOGIN"),
    "ssh_deletekeys": True,
    "ssh_genkeytypes": ["ed25519", "ecdsa", "rsa"],
    "preserve_hostname": False,
    "manage_etc_hosts": True,
    # The build's package sources are taken out of the image; Debian's package would keep what is there, which is nothing.
    "apt": {"preserve_sources_list": False},
}
if users:
    first = account(users[0])
    # The package's own default user may be a sudoer; leaving the word out would keep that.
    first.setdefault("sudo", False)
    config["system_info"]["default_user"] = first
    config["users"] = ["default"] + [account(user) for user in users[1:]]
if key:
    # cloud-init gives these to the default user, beside the keys from the metadata.
    config["ssh_authorized_keys"] = [key]

print(json.dumps(config, indent=2))
