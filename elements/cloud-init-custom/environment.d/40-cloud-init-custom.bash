# The config drive comes first: a server that has one never waits for a metadata service that may not be there.
# DIB's cloud-init-datasources adds None at the end.
export DIB_CLOUD_INIT_DATASOURCES=${DIB_CLOUD_INIT_DATASOURCES:-"ConfigDrive, OpenStack, NoCloud"}
# cloud-init and netplan configure the interfaces, under whatever name the kernel gives them.
export DIB_APT_MINIMAL_CREATE_INTERFACES=0
