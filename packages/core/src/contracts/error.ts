export { CapabilityError, ConfigurationError, SondeError } from '@sonde/ebpf';
