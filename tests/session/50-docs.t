#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The output that the manual pages and the README show is what crash prints, to the letter.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

plan skip_all => 'the pages show the embedded vmcore' unless $ENV{VMCORE_DIR} =~ m,/vmcores/debian-6\.1$,;
@ARGV = ('-n');
require "$FindBin::Bin/../../docs/commands/refresh";
