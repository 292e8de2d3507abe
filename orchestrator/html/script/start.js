/* SPDX-License-Identifier: MIT */
/* The last file: all parts are there. */
'use strict';
lab.start();
