/** Where a configuration comes from, apart from its file. */
export interface ConfigSource {
  /** `--config` */
  configPath?: string
  /** `--host` */
  host?: string
  /** `--port` */
  port?: number
  /** `--db` */
  db?: string
  env: Record<string, string | undefined>
  homeDir: string
  executableDir: string
}
