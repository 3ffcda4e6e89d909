#!/usr/bin/env node
import '../dist/bpf2ts.js';
