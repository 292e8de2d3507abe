// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_handover.h"

#include <string.h>
#include <sys/socket.h>

#include "kmod_sockets.h"

union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

int send_file(int over, int fd)
{
	union control control = {.header = {.cmsg_len = CMSG_LEN(sizeof(fd)), .cmsg_level = SOL_SOCKET,
					    .cmsg_type = SCM_RIGHTS}};
	struct iovec byte = {.iov_base = "f", .iov_len = 1};
	struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof(control)};

	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return sendmsg(over, &message, 0) == 1 ? 0 : -1;
}

int receive_file(int over)
{
	union control control;
	char byte;
	struct iovec room = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &room, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	int fd;

	if (recvmsg(over, &message, MSG_CMSG_CLOEXEC) != 1)
		return -1;
	must(message.msg_controllen > 0 && control.header.cmsg_type == SCM_RIGHTS, "a file");
	memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
	return fd;
}
