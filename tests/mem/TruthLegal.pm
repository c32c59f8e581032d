# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which device table entries a unit refuses, worked out from the bits of tests/spec/amd.def and from a list of
# which field needs which feature that was typed from the same sheet of facts and not from the plugin.
package TruthLegal;
use strict;
use warnings;
use Exporter qw(import);
use TruthBits qw(field fields_of);

our @EXPORT_OK = qw(legality);

# The features by which a field of the half that DMA goes by is legal, and of the half of interrupts.
my %dma_needs = (ppr => 'eph_sup', gprp => 'eph_sup', giov => 'gio_sup', gv => 'gt_sup', had => 'ha_sup',
		 sats => 'sats_sup');
my %irqs_need = (vimu_en => 'viommu_sup', gdevice_id => 'viommu_sup', guest_id => 'viommu_sup');

sub efr { return $_[0]{efr} ? field('efr', $_[1], $_[0]{efr}) : 0 }

# The lowest reserved bit among the words of one half.
sub reserved { return defined fields_of('dte', @_)->{reserved_bit_set} }

sub judge_dma {
	my ($f, $unit, @words) = @_;
	my ($illegal, $doubt) = (0, 0);
	return (0, 0) if !$f->{v};
	$illegal = 1 if reserved(@words[0, 1], 0, 0) || $f->{io_ctl} == 3;
	my %needs = (%dma_needs, $f->{gv} ? () : (glx => 'gt_sup', gcr3_root => 'gt_sup'));
	for my $key (grep { $f->{$_} } keys %needs) {
		$unit->{unknown} ? $doubt = 1 : ($illegal ||= !efr($unit, $needs{$key}));
	}
	$doubt = 1 if $f->{giov} && !$f->{gv} || $f->{gprp} && !$f->{ppr};
	return ($illegal, $doubt) if !$f->{tv};
	$illegal = 1 if $f->{mode} == 7 || $f->{had} == 2;
	if ($f->{had} == 3) {
		$unit->{unknown} ? $doubt = 1 : ($illegal ||= !efr($unit, 'hd_sup'));
	}
	my $hats = efr($unit, 'hats');
	$doubt = 1 if $unit->{unknown} && $f->{mode} > 4 || $unit->{efr} && $f->{mode} && $hats == 3;
	$illegal = 1 if $unit->{efr} && $hats < 3 && $f->{mode} > 4 + $hats;
	if ($f->{gv}) {
		$illegal = 1 if $f->{glx} == 3 || $f->{guest_paging_mode} > 1;
		$illegal = 1 if $unit->{efr} && $f->{glx} > efr($unit, 'glx_sup');
		$illegal = 1 if $unit->{efr} && $f->{guest_paging_mode} && !efr($unit, 'gats');
	}
	if ($unit->{snp} && !$f->{mode}) {
		if (!defined $unit->{efr2}) {
			$doubt = 1;
		} elsif (!field('efr2', 'snp_page_mode0_sup', $unit->{efr2})) {
			$f->{gv} ? ($doubt = 1) : ($illegal = 1);
		}
	}
	return ($illegal, $doubt);
}

sub judge_irqs {
	my ($f, $unit, @words) = @_;
	my ($illegal, $doubt) = (0, 0);
	return (0, 0) if !$f->{iv};
	$illegal = 1 if reserved(0, 0, @words[2, 3]) || $f->{int_ctl} == 3 || $f->{int_tab_len} > 11;
	my %needs = (%irqs_need, $f->{gv} ? () : (guest_paging_mode => 'gt_sup'));
	for my $key (grep { $f->{$_} } keys %needs) {
		$unit->{unknown} ? $doubt = 1 : ($illegal ||= !efr($unit, $needs{$key}));
	}
	$doubt = 1 if $f->{hpt_mode} || $f->{attr_v} && ($unit->{unknown} || !efr($unit, 'attr_fw_sup'));
	if ($f->{int_tab_len} == 10 || $f->{int_tab_len} == 11) {
		if ($unit->{unknown} || !defined $unit->{efr2}) {
			$doubt = 1;
		} elsif (!field('efr2', 'num_int_remap_sup', $unit->{efr2})) {
			$illegal = 1;
		}
	}
	return ($illegal, $doubt);
}

# How many bits of the control register decide something about the entry.
sub nr_conditions {
	my ($f, $dma_is_open, $irqs_are_open) = @_;
	my $dma = $f->{v} && !$dma_is_open;
	return ($dma && $f->{ppr}) + ($dma && $f->{tv} && $f->{gv} ? 1 : 0)
		+ ($f->{iv} && !$irqs_are_open && $f->{int_tab_len} > 9 ? 1 : 0);
}

# unit: {unknown, efr, efr2 or undef, snp}. What is illegal is not doubtful.
sub legality {
	my ($unit, @words) = @_;
	my %f = map { $_ => field('dte', $_, @words) } TruthBits::keys_of('dte');
	my ($dma, $dma_doubt) = judge_dma(\%f, $unit, @words);
	my ($irqs, $irqs_doubt) = judge_irqs(\%f, $unit, @words);
	return {dma_illegal => $dma, dma_doubt => !$dma && $dma_doubt, irqs_illegal => $irqs,
		irqs_doubt => !$irqs && $irqs_doubt, conditions => nr_conditions(\%f, $dma || $dma_doubt, $irqs || $irqs_doubt)};
}

1;
