# SPDX-License-Identifier: GPL-2.0-or-later
# Commands on kernels made of text, all in one process: starting a process of the address sanitizer, and its look for
# leaks at the end, cost more than most commands.
#
#	my $iommu_mem = IommuMem->new($command_line);
#	my ($text, $status) = $iommu_mem->run("iommu check -j\n", 'a.mem', 'a.sym');
#
# $status is what $? would be of a process of its own: a complaint of a sanitizer ends the process, and the next run
# starts another. What is only found at the end of the process, leaks, fails a test point of its own.
package IommuMem;

use strict;
use warnings;
use IPC::Open2 qw(open2);

sub new {
	my ($class, $command) = @_;
	return bless { command => $command }, $class;
}

sub start {
	my ($self) = @_;
	$self->{pid} = open2(my $from, my $to, "$self->{command} --serve 2>&1");
	@{$self}{qw(from to)} = ($from, $to);
}

# Its status, and what it said at its end.
sub stop {
	my ($self) = @_;
	return (0, '') unless $self->{pid};
	close $self->{to};
	my $said = join '', readline $self->{from};
	waitpid $self->{pid}, 0;
	delete $self->{pid};
	return ($?, $said);
}

sub run {
	my ($self, $input, @files) = @_;
	$self->start unless $self->{pid};
	local $SIG{PIPE} = 'IGNORE';
	print { $self->{to} } "files @files\n$input\ndone\n";
	$self->{to}->flush;
	my $text = '';
	while (defined(my $line = readline $self->{from})) {
		return ($text, $1 << 8) if $line =~ /^done (\d+)$/;
		$text .= $line;
	}
	my ($status, $said) = $self->stop;
	return ($text . $said, $status || -1);
}

# The last test point of who used it.
sub ends_well {
	my ($self) = @_;
	my ($status, $said) = $self->stop;
	Test::More::is($status, 0, 'the process ends well, without leaks') or Test::More::diag($said);
}

1;
