/** The port that tells which operations of which services exist, before one is called. */
export interface OperationCatalog {
  /** By Millrace's name of the service (`events`) and AWS's of the operation (`PutEvents`). */
  supports(service: string, operation: string): boolean;
}
